package org.holdfast.driver;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL answered to the last commit on the calling thread. One thread drives one transaction at a time, so the
 * report is kept per thread: call {@link #start(boolean)} before the transaction begins and {@link #take()} after it
 * ended, both on the thread that commits.
 */
public final class CommitReport {
    private static final ThreadLocal<@Nullable CommitReport> CURRENT = new ThreadLocal<>();

    private final boolean wantsPosition;
    private boolean committed;
    private @Nullable String position;
    private @Nullable SQLException failure;

    private CommitReport(boolean wantsPosition) {
        this.wantsPosition = wantsPosition;
    }

    /**
     * Begins a report for the calling thread.
     *
     * @param wantsPosition whether the commit shall also ask for the flushed log position; only a primary can answer
     */
    public static void start(boolean wantsPosition) {
        CURRENT.set(new CommitReport(wantsPosition));
    }

    /** Ends the calling thread's report and returns it; empty when none was started. */
    public static Optional<CommitReport> take() {
        CommitReport report = CURRENT.get();
        CURRENT.remove();
        return Optional.ofNullable(report);
    }

    /** Whether PostgreSQL has confirmed a commit since the calling thread's report was started. */
    public static boolean isCommittedSoFar() {
        CommitReport report = CURRENT.get();
        return report != null && report.committed;
    }

    static @Nullable CommitReport current() {
        return CURRENT.get();
    }

    boolean wantsPosition() {
        return wantsPosition;
    }

    void recordCommit(@Nullable String flushedPosition) {
        committed = true;
        position = flushedPosition;
    }

    void recordFailure(SQLException cause) {
        failure = cause;
    }

    /** The log position that had been flushed when the commit returned, as PostgreSQL writes it ({@code 0/16B3748}). */
    public Optional<String> position() {
        return Optional.ofNullable(position);
    }

    /** Why the commit failed, with its SQLSTATE. */
    public Optional<SQLException> failure() {
        return Optional.ofNullable(failure);
    }
}
