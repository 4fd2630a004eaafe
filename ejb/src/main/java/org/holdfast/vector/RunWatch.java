package org.holdfast.vector;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.holdfast.job.JobProgress;
import org.holdfast.topology.CurrentTopology;

/** Ends an attempt when somebody stops its job, or when the heads are not what they were; tells the job's progress. */
final class RunWatch implements IndexWatch {
    private final long execution;
    private final long epoch;
    private final CurrentTopology topology;
    private final JobProgress progress;
    private final BooleanSupplier isStopped;

    /** @param epoch in which the attempt began */
    RunWatch(long execution, long epoch, CurrentTopology topology, JobProgress progress, BooleanSupplier isStopped) {
        this.execution = execution;
        this.epoch = epoch;
        this.topology = topology;
        this.progress = progress;
        this.isStopped = isStopped;
    }

    @Override
    public void requireGoesOn() {
        if (isStopped.getAsBoolean()) {
            throw new IndexInterruptedException("the job is being stopped");
        }
        if (topology.get().epoch() != epoch) {
            throw new IndexInterruptedException("the writer was switched");
        }
        Optional<String> obstacle = PGVectorService.obstacle(topology.get());
        if (obstacle.isPresent()) {
            throw new IndexInterruptedException(obstacle.get());
        }
    }

    @Override
    public void progress(long done, long total) {
        progress.report(execution, done, total);
    }

    @Override
    public void says(String what) {
        progress.says(execution, what);
    }
}
