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
 */
public record JobView(
        long id,
        String name,
        String status,
        @Nullable String detail,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {
    static JobView of(JobExecution execution) {
        return new JobView(
                execution.getExecutionId(),
                execution.getJobName(),
                execution.getBatchStatus().name(),
                execution.getExitStatus(),
                instant(execution.getStartTime()),
                instant(execution.getEndTime()));
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return Optional.ofNullable(date).map(Date::toInstant).orElse(null);
    }
}
