package org.holdfast.connection;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions that are on a node at this moment. Thread-safe. */
final class OpenSessions {
    private final Set<NodePass> open = ConcurrentHashMap.newKeySet();
    private final Set<NodePass> told = ConcurrentHashMap.newKeySet();

    void add(NodePass pass) {
        open.add(pass);
    }

    void remove(NodePass pass) {
        open.remove(pass);
    }

    /** How many are as old as {@code age}, or older. */
    long olderThan(Duration age, long nanos) {
        return open.stream().filter(pass -> pass.age(nanos).compareTo(age) >= 0).count();
    }

    /** Whether an attempt to read began at least {@code age} ago. */
    boolean hasReadOlderThan(Duration age, long nanos) {
        return open.stream()
                .anyMatch(pass -> pass.trace().intent() == AccessIntent.READ
                        && pass.attemptAge(nanos).compareTo(age) >= 0);
    }

    /** Those that have held a connection for longer than {@code limit} and were not returned by an earlier call. */
    synchronized List<NodePass> newlyHeldBeyond(Duration limit, long nanos) {
        told.retainAll(open);
        return open.stream()
                .filter(pass -> pass.heldFor(nanos).compareTo(limit) > 0)
                .filter(told::add)
                .toList();
    }
}
