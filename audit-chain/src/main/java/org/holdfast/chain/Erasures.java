package org.holdfast.chain;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which entries were emptied, and which of them an erasure says it emptied: an entry with the operation {@value #OPERATION}
 * lists their sequences. Not thread-safe.
 */
public final class Erasures {
    /** The operation of an entry that tells of an erasure: its field {@code erased} is the list of their sequences. */
    public static final String OPERATION = "ERASE";

    private static final Pattern LIST = Pattern.compile("\"erased\"\\s*:\\s*\\[\\s*null\\s*,\\s*\\[([0-9,\\s]*)\\]");

    private final SortedSet<Long> emptied = new TreeSet<>();
    private final Set<Long> told = new TreeSet<>();

    void read(SealedRecord entry) {
        if (entry.seal().whoNonce() == null || entry.seal().payloadNonce() == null) {
            emptied.add(entry.seal().sequence());
        }
        String changes = entry.record().changes();
        if (changes != null && entry.record().operation().equals(OPERATION)) {
            Matcher list = LIST.matcher(changes);
            if (list.find() && !list.group(1).isBlank()) {
                for (String sequence : list.group(1).split(",", -1)) {
                    told.add(Long.parseLong(sequence.strip()));
                }
            }
        }
    }

    SortedSet<Long> unexplained() {
        SortedSet<Long> left = new TreeSet<>(emptied);
        left.removeAll(told);
        return left;
    }
}
