package org.holdfast.job;

import jakarta.batch.operations.JobOperator;
import jakarta.batch.operations.NoSuchJobException;
import jakarta.batch.operations.NoSuchJobExecutionException;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the server's batch repository. */
@ApplicationScoped
public class Jobs {
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

    private static Stream<JobView> executions(JobOperator operator, String name, int max) {
        try {
            return operator.getJobInstances(name, 0, max).stream()
                    .flatMap(instance -> operator.getJobExecutions(instance).stream())
                    .map(JobView::of);
        } catch (NoSuchJobException goneMeanwhile) {
            return Stream.empty();
        }
    }

    public Optional<JobView> get(long id) {
        try {
            return Optional.of(JobView.of(BatchRuntime.getJobOperator().getJobExecution(id)));
        } catch (NoSuchJobExecutionException unknown) {
            return Optional.empty();
        }
    }
}
