package org.holdfast.migration;

import java.util.function.BooleanSupplier;
import org.holdfast.job.JobProgress;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;

/** Ends a run when somebody stops its job, or when the writer is another one; tells the job's progress. */
final class JobWatch implements MigrationWatch {
    private final long execution;
    private final Cluster writer;
    private final CurrentTopology topology;
    private final SchemaState state;
    private final JobProgress progress;
    private final BooleanSupplier isStopped;

    /**
     * A watch over one attempt.
     *
     * @param execution of the job
     * @param writer of which the run is
     */
    JobWatch(
            long execution,
            Cluster writer,
            CurrentTopology topology,
            SchemaState state,
            JobProgress progress,
            BooleanSupplier isStopped) {
        this.execution = execution;
        this.writer = writer;
        this.topology = topology;
        this.state = state;
        this.progress = progress;
        this.isStopped = isStopped;
    }

    @Override
    public void requireGoesOn() {
        if (isStopped.getAsBoolean()) {
            throw new MigrationInterruptedException("the job is being stopped");
        }
        if (topology.get().writer() != writer) {
            throw new MigrationInterruptedException("the writer is another one: it goes on there");
        }
    }

    @Override
    public void progress(long done, long total) {
        progress.report(execution, done, total);
    }

    @Override
    public void says(String what) {
        state.waitsFor("");
        progress.says(execution, what);
    }

    @Override
    public void settled() {
        state.settled();
    }
}
