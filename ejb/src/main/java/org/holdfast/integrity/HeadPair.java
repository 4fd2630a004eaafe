package org.holdfast.integrity;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.jdbc.Database;
import org.holdfast.job.JobInterruptedException;
import org.holdfast.job.JobWatch;

/**
 * The head that takes the writes and the one that follows it, in one epoch, as the schema's owner.
 *
 * @param epoch in which they are that
 * @param standbyName the standby's node
 */
record HeadPair(long epoch, String writerName, Database writer, String standbyName, Database standby) {
    private static final Duration TAKEN_IN_WITHIN = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);
    // A commit that waits for the disk takes every earlier one with it, also those of sessions that do not wait. It
    // holds nothing but the message, which nobody reads.
    private static final String MARK = "set local synchronous_commit = 'local';"
            + " select pg_logical_emit_message(true, 'holdfast', 'integrity')";

    /**
     * Waits until the standby has taken in all that anybody can have seen on the writer before this call.
     *
     * @throws JobInterruptedException when it has not within a minute
     */
    void awaitTakenIn(JobWatch watch) throws SQLException {
        writer.inTransaction(connection -> Database.script(connection, MARK));
        String written = writer.first(row -> row.getString(1), "select pg_current_wal_flush_lsn()::text")
                .orElseThrow();
        long begun = System.nanoTime();
        while (!writer.isTrue(
                "select exists (select from pg_replication_slots where slot_name = 'holdfast'"
                        + " and confirmed_flush_lsn >= ?::pg_lsn)",
                written)) {
            watch.requireGoesOn();
            if (System.nanoTime() - begun > TAKEN_IN_WITHIN.toNanos()) {
                throw new JobInterruptedException(standbyName + " has not taken in what the writer had written up to "
                        + written + " within " + TAKEN_IN_WITHIN.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
