package org.holdfast.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Notices that wait to be written. They are not written at once, nor all of them: whoever is refused must not be able to
 * make the database work. Of one address at most {@value #OF_ONE_MAX} wait at a time, of all {@value #MAX}; the others are
 * counted. Thread-safe.
 */
@ApplicationScoped
public class NoticeLog {
    static final int MAX = 500;
    static final int OF_ONE_MAX = 20;

    /**
     * What waited.
     *
     * @param more how many more there were
     */
    record Batch(List<Notice> notices, long more) {
        boolean isEmpty() {
            return notices.isEmpty() && more == 0;
        }
    }

    private List<Notice> waiting = new ArrayList<>();
    private Map<String, Integer> ofAddress = new HashMap<>();
    private long more;

    /** Keeps a notice, or counts it. Never blocks. */
    public synchronized void note(Notice notice) {
        int before = ofAddress.getOrDefault(notice.origin().address(), 0);
        if (before >= OF_ONE_MAX || waiting.size() >= MAX) {
            more++;
            return;
        }
        ofAddress.put(notice.origin().address(), before + 1);
        waiting.add(notice);
    }

    /** Takes all that waits. */
    synchronized Batch take() {
        Batch taken = new Batch(List.copyOf(waiting), more);
        waiting = new ArrayList<>();
        ofAddress = new HashMap<>();
        more = 0;
        return taken;
    }

    /** Takes back what could not be written, as counted ones: the trail says at least how many there were. */
    synchronized void notWritten(Batch batch) {
        more += batch.more() + batch.notices().size();
    }
}
