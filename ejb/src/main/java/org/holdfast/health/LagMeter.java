package org.holdfast.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.holdfast.topology.LogPosition;

/**
 * Tells how long a follower has been behind from the positions its head was seen at. It compares moments of one clock, this
 * process's, so clocks of the nodes do not matter, and an idle head makes nobody late. Not thread-safe.
 */
final class LagMeter {
    private record Sample(long nanos, LogPosition position) {}

    private static final int SAMPLES_MAX = 1024;

    private final Deque<Sample> unreachedFirst = new ArrayDeque<>();

    /** The head was at this position at this moment of {@link System#nanoTime()}. */
    void headWasAt(LogPosition position, long nanos) {
        Sample last = unreachedFirst.peekLast();
        if (last != null && !last.position.isBefore(position)) {
            return;
        }
        if (unreachedFirst.size() == SAMPLES_MAX) {
            unreachedFirst.removeFirst();
        }
        unreachedFirst.addLast(new Sample(nanos, position));
    }

    /** Since when, at least, a follower at this position has been behind; empty while the head was never seen. */
    Optional<Duration> lagOf(LogPosition follower, long nanos) {
        if (unreachedFirst.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(unreachedFirst.stream()
                .filter(sample -> follower.isBefore(sample.position))
                .findFirst()
                .map(firstUnreached -> Duration.ofNanos(Math.max(0, nanos - firstUnreached.nanos)))
                .orElse(Duration.ZERO));
    }

    /** How many bytes a follower at this position is behind the head's last seen one. */
    long bytesBehind(LogPosition follower) {
        Sample last = unreachedFirst.peekLast();
        return last == null ? 0 : follower.bytesUpTo(last.position);
    }
}
