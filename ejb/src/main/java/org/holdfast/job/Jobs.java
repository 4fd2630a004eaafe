package org.holdfast.job;

import jakarta.batch.operations.BatchRuntimeException;
import jakarta.batch.operations.JobExecutionNotRunningException;
import jakarta.batch.operations.JobOperator;
import jakarta.batch.operations.NoSuchJobException;
import jakarta.batch.operations.NoSuchJobExecutionException;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.JobExecution;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The server's batch repository. */
@ApplicationScoped
public class Jobs {
    @Inject
    JobProgress progress;

    /** Executions whose id is below {@code before}, newest first, at most {@code max}. */
    public List<JobView> newestFirst(long before, int max) {
        JobOperator operator = BatchRuntime.getJobOperator();
        return operator.getJobNames().stream()
                .flatMap(name -> executions(operator, name, max))
                .filter(job -> job.id() < before)
                .sorted(Comparator.comparingLong(JobView::id).reversed())
                .limit(max)
                .toList();
    }

    private Stream<JobView> executions(JobOperator operator, String name, int max) {
        try {
            return operator.getJobInstances(name, 0, max).stream()
                    .flatMap(instance -> operator.getJobExecutions(instance).stream())
                    .map(this::view);
        } catch (NoSuchJobException goneMeanwhile) {
            return Stream.empty();
        }
    }

    public Optional<JobView> get(long id) {
        return execution(id).map(this::view);
    }

    /**
     * Asks a job to stop; it does so at its next chunk or step.
     *
     * @return the job as it is now; empty when there is none
     * @throws JobRefusedException when it does not run
     */
    public Optional<JobView> stop(long id) {
        if (execution(id).isEmpty()) {
            return Optional.empty();
        }
        try {
            BatchRuntime.getJobOperator().stop(id);
            return get(id);
        } catch (JobExecutionNotRunningException ended) {
            throw new JobRefusedException("job " + id + " does not run", ended);
        } catch (BatchRuntimeException refused) {
            throw new JobRefusedException("job " + id + " cannot be stopped", refused);
        }
    }

    /**
     * Starts a job that was stopped, failed, or was left behind by a process that died, once more from where it was.
     *
     * @return the new execution; empty when there is no such job
     * @throws JobRefusedException when it runs, has completed, or is none that is started again
     */
    public Optional<Long> restart(long id) {
        Optional<JobExecution> before = execution(id);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        BatchStatus status = before.get().getBatchStatus();
        if (progress.isRunning(id)) {
            throw new JobRefusedException("job " + id + " runs", null);
        }
        if (status == BatchStatus.COMPLETED || status == BatchStatus.ABANDONED) {
            throw new JobRefusedException("job " + id + " is " + status + ", which is not started again", null);
        }
        try {
            // The parameters are not inherited by themselves.
            return Optional.of(
                    BatchRuntime.getJobOperator().restart(id, before.get().getJobParameters()));
        } catch (BatchRuntimeException refused) {
            throw new JobRefusedException("job " + id + " cannot be started again", refused);
        }
    }

    private static Optional<JobExecution> execution(long id) {
        try {
            return Optional.ofNullable(BatchRuntime.getJobOperator().getJobExecution(id));
        } catch (NoSuchJobExecutionException unknown) {
            return Optional.empty();
        }
    }

    private JobView view(JobExecution execution) {
        return JobView.of(execution, progress.view(execution.getExecutionId()).orElse(null));
    }
}
