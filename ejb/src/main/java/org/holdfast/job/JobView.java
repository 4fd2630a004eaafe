package org.holdfast.job;

import jakarta.batch.runtime.JobExecution;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a batch job.
 *
 * @param status of JSR 352: STARTING, STARTED, STOPPING, STOPPED, FAILED, COMPLETED or ABANDONED
 * @param detail what the job says of itself, once it has ended
 * @param progress how far it is; null once it has ended, and for a job that does not say
 */
public record JobView(
        long id,
        String name,
        String status,
        @Nullable String detail,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        JobProgress.@Nullable View progress) {
    static JobView of(JobExecution execution, JobProgress.@Nullable View progress) {
        return new JobView(
                execution.getExecutionId(),
                execution.getJobName(),
                execution.getBatchStatus().name(),
                execution.getExitStatus(),
                instant(execution.getStartTime()),
                instant(execution.getEndTime()),
                progress);
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return Optional.ofNullable(date).map(Date::toInstant).orElse(null);
    }
}
