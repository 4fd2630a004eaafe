package org.holdfast.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Refusals that wait to be written. They are not written at once, nor all of them: whoever is refused must not be able to
 * make the database work. Of one address at most {@value #OF_ONE_MAX} wait at a time, of all {@value #MAX}; the others are
 * counted. Thread-safe.
 */
@ApplicationScoped
public class RefusalLog {
    static final int MAX = 500;
    static final int OF_ONE_MAX = 20;

    /**
     * What waited.
     *
     * @param more how many more there were
     */
    record Batch(List<Refusal> refusals, long more) {
        boolean isEmpty() {
            return refusals.isEmpty() && more == 0;
        }
    }

    private List<Refusal> waiting = new ArrayList<>();
    private Map<String, Integer> ofAddress = new HashMap<>();
    private long more;

    /** Keeps a refusal, or counts it. Never blocks. */
    public synchronized void note(Refusal refusal) {
        int before = ofAddress.getOrDefault(refusal.origin().address(), 0);
        if (before >= OF_ONE_MAX || waiting.size() >= MAX) {
            more++;
            return;
        }
        ofAddress.put(refusal.origin().address(), before + 1);
        waiting.add(refusal);
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
        more += batch.more() + batch.refusals().size();
    }
}
