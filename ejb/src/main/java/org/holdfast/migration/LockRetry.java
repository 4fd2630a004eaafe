package org.holdfast.migration;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Repeats work that could not get its locks at once. While a statement waits for a lock, everybody who comes after it waits
 * behind it: so it waits shorter than anybody minds, lets go of everything, and comes again later.
 */
final class LockRetry {
    /** Work with a bound for its waits for locks. */
    interface Attempt {
        void within(Duration lockTimeout) throws SQLException;
    }

    // A lock that was not free in time, a deadlock, a serialization failure.
    private static final Set<String> PASSING = Set.of("55P03", "40P01", "40001");
    private static final Duration TIMEOUT_FIRST = Duration.ofMillis(50);
    private static final Duration TIMEOUT_MAX = Duration.ofMillis(90);
    private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    private final Duration patience;
    private final MigrationWatch watch;

    LockRetry(Duration patience, MigrationWatch watch) {
        this.patience = patience;
        this.watch = watch;
    }

    /**
     * Does it, again and again if need be.
     *
     * @param what for messages
     * @throws MigrationException when the locks could not be had for as long as is waited for them
     */
    void run(String what, Attempt attempt) throws SQLException {
        long begun = System.nanoTime();
        Duration timeout = TIMEOUT_FIRST;
        Duration pause = PAUSE_FIRST;
        for (int tries = 1; ; tries++) {
            watch.requireGoesOn();
            try {
                attempt.within(timeout);
                return;
            } catch (SQLException failure) {
                if (!PASSING.contains(String.valueOf(failure.getSQLState()))) {
                    throw failure;
                }
                if (System.nanoTime() - begun > patience.toNanos()) {
                    throw new MigrationException(
                            what + " did not get its locks in " + tries + " tries within " + patience.toSeconds()
                                    + " s: somebody holds them in a long transaction (pg_stat_activity tells who); run it"
                                    + " again later",
                            failure);
                }
                watch.says(what + " waits for locks, try " + tries);
            }
            LockSupport.parkNanos(jittered(pause));
            timeout = smaller(timeout.plusMillis(10), TIMEOUT_MAX);
            pause = smaller(pause.multipliedBy(2), PAUSE_MAX);
        }
    }

    private static long jittered(Duration pause) {
        return ThreadLocalRandom.current().nextLong(pause.toNanos() / 2, pause.toNanos());
    }

    private static Duration smaller(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
