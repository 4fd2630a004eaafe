package org.holdfast.driver;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL answered to the last commit or rollback on the calling thread. One thread drives one transaction at a
 * time, so the report is kept per thread: call {@link #start} before the transaction begins and {@link #take()} after it
 * ended, both on the thread that commits.
 */
public final class CommitReport {
    private static final ThreadLocal<@Nullable CommitReport> CURRENT = new ThreadLocal<>();

    private final Optional<String> check;
    private final Optional<String> question;
    private boolean committed;
    private boolean unconfirmed;
    private @Nullable String checked;
    private @Nullable String position;
    private @Nullable SQLException failure;
    private @Nullable SQLException rollbackFailure;

    private CommitReport(Optional<String> check, Optional<String> question) {
        this.check = check;
        this.question = question;
    }

    /**
     * Begins a report for the calling thread. Both statements travel with the commit, in one round trip.
     *
     * @param check a select that goes before the commit; when it fails, the commit does not happen
     * @param question a select that goes after it and tells where in the log the node is
     */
    public static void start(Optional<String> check, Optional<String> question) {
        CURRENT.set(new CommitReport(check, question));
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

    Optional<String> check() {
        return check;
    }

    Optional<String> question() {
        return question;
    }

    void recordCommit(@Nullable String checkAnswer, @Nullable String positionAfter) {
        committed = true;
        checked = checkAnswer;
        position = positionAfter;
    }

    void recordUnconfirmed() {
        unconfirmed = true;
    }

    void recordFailure(SQLException cause) {
        failure = cause;
    }

    void recordFailedRollback(SQLException cause) {
        rollbackFailure = cause;
    }

    /** What the check answered in its first column; empty when no transaction was open. */
    public Optional<String> checked() {
        return Optional.ofNullable(checked);
    }

    /** Where in the log the node was when the commit returned, as PostgreSQL writes it ({@code 0/16B3748}). */
    public Optional<String> position() {
        return Optional.ofNullable(position);
    }

    /**
     * Whether PostgreSQL warned with the commit. It happened on the node itself, but a wait for a synchronous standby was
     * cancelled: no other server is known to have it.
     */
    public boolean isUnconfirmed() {
        return unconfirmed;
    }

    /** Why the commit failed, with its SQLSTATE. */
    public Optional<SQLException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Why a rollback failed; containers keep it to themselves. */
    public Optional<SQLException> rollbackFailure() {
        return Optional.ofNullable(rollbackFailure);
    }
}
