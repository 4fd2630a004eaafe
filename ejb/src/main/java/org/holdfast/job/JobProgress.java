package org.holdfast.job;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How far the jobs are that run in this instance. Thread-safe. */
@ApplicationScoped
public class JobProgress {
    private record Reported(long done, long total, long doneFirst, long firstNanos, long lastNanos, String at) {}

    /**
     * How far a job is.
     *
     * @param total an estimate
     * @param ratePerSecond since it began to report
     * @param secondsLeft null while nothing tells
     * @param at what it is at, for people; null where it does not say
     */
    public record View(
            long done,
            long total,
            double ratePerSecond,
            @Nullable Long secondsLeft,
            @Nullable String at) {}

    private final Map<Long, Reported> reports = new ConcurrentHashMap<>();

    /** A job says how far it is; the first time it is only begun. */
    public void report(long execution, long done, long total) {
        long now = System.nanoTime();
        reports.compute(
                execution,
                (id, before) -> before == null || before.total == 0
                        ? new Reported(done, total, done, now, now, before == null ? "" : before.at)
                        : new Reported(done, total, before.doneFirst, before.firstNanos, now, before.at));
    }

    /** A job says what it is at. */
    public void says(long execution, String at) {
        long now = System.nanoTime();
        reports.compute(
                execution,
                (id, before) -> before == null
                        ? new Reported(0, 0, 0, now, now, at)
                        : new Reported(
                                before.done, before.total, before.doneFirst, before.firstNanos, before.lastNanos, at));
    }

    /** A job has ended: what it did last is not of interest any more. */
    public void ended(long execution) {
        reports.remove(execution);
    }

    /** Whether a job runs in this instance and has said so. */
    boolean isRunning(long execution) {
        return reports.containsKey(execution);
    }

    /** Empty for a job that does not run here, or says nothing. */
    Optional<View> view(long execution) {
        return Optional.ofNullable(reports.get(execution)).map(JobProgress::view);
    }

    private static View view(Reported reported) {
        double seconds =
                Duration.ofNanos(reported.lastNanos - reported.firstNanos).toMillis() / 1000.0;
        double rate = seconds > 0 ? (reported.done - reported.doneFirst) / seconds : 0;
        long left = Math.max(0, reported.total - reported.done);
        return new View(
                reported.done,
                reported.total,
                Math.round(rate * 10) / 10.0,
                rate > 0 ? Math.round(left / rate) : null,
                reported.at.isEmpty() ? null : reported.at);
    }
}
