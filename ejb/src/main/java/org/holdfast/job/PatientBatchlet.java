package org.holdfast.job;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.runtime.context.JobContext;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Topology;

/**
 * A batchlet that tries until it is done or somebody stops it, and says meanwhile what it waits for. The job's exit status is
 * what the last attempt answered; it begins with {@link #REFUSED} when a person is needed.
 */
public abstract class PatientBatchlet extends AbstractBatchlet {
    public static final String REFUSED = "REFUSED: ";

    private static final Logger LOG = Logger.getLogger(PatientBatchlet.class.getName());
    private static final String STOPPED = "STOPPED: run again, it goes on from where it was";
    private static final int STATUS_CHARACTERS_MAX = 500;
    private static final Duration PAUSE = Duration.ofMillis(500);

    @Inject
    protected CurrentTopology topology;

    @Inject
    JobProgress progress;

    @Inject
    JobContext job;

    private volatile boolean isStopped;
    private String lastWait = "";

    /**
     * Does the work, or finds that it must wait.
     *
     * @return the exit status; empty when it is to be tried again, soon or after the topology has changed
     * @throws JobInterruptedException for the same, with what it waits for
     * @throws SQLException when trying again does not help, as for any other exception
     */
    protected abstract Optional<String> attempt(Topology now) throws SQLException;

    /** The work is over, however it ended. */
    protected void ended() {}

    @Override
    public final void stop() {
        isStopped = true;
    }

    @Override
    public final String process() throws SQLException, InterruptedException {
        progress.says(execution(), "begins");
        try {
            while (!isStopped) {
                Topology now = topology.get();
                Optional<String> exit = tried(now);
                if (exit.isPresent()) {
                    return exit(exit.get());
                }
                topology.awaitChange(now, PAUSE);
            }
            return exit(STOPPED);
        } catch (SQLException | RuntimeException failure) {
            exit(REFUSED + oneLine(failure));
            throw failure;
        } finally {
            ended();
            progress.ended(execution());
        }
    }

    private Optional<String> tried(Topology now) throws SQLException {
        try {
            return attempt(now);
        } catch (JobInterruptedException interrupted) {
            return waits(oneLine(interrupted));
        }
    }

    /**
     * Ends an attempt when somebody stops the job or something is in its way; tells the job's progress.
     *
     * @param obstacle what is in the way by this topology
     */
    protected final JobWatch watch(Function<Topology, Optional<String>> obstacle) {
        return new JobWatch() {
            @Override
            public void requireGoesOn() {
                if (isStopped) {
                    throw new JobInterruptedException("the job is being stopped");
                }
                obstacle.apply(topology.get()).ifPresent(what -> {
                    throw new JobInterruptedException(what);
                });
            }

            @Override
            public void progress(long done, long total) {
                progress.report(execution(), done, total);
            }

            @Override
            public void says(String what) {
                progress.says(execution(), what);
            }
        };
    }

    /** As {@link #watch}, with an attempt that is over when the writer is switched. */
    protected final JobWatch watchOfEpoch(Topology begun, Function<Topology, Optional<String>> obstacle) {
        return watch(
                now -> now.epoch() == begun.epoch() ? obstacle.apply(now) : Optional.of("the writer was switched"));
    }

    /** Says what it waits for; answers nothing, so that it is tried again. */
    protected <T> Optional<T> waits(String what) {
        if (!what.equals(lastWait)) {
            LOG.log(Level.INFO, "{0}: {1}", new Object[] {job.getJobName(), what});
        }
        lastWait = what;
        progress.says(execution(), what);
        return Optional.empty();
    }

    // Names it in JobProgress.
    private long execution() {
        return job.getExecutionId();
    }

    // A step's exit status does not become its job's by itself.
    private String exit(String status) {
        String told = status.substring(0, Math.min(status.length(), STATUS_CHARACTERS_MAX));
        job.setExitStatus(told);
        return told;
    }

    /** What a failure says, as a status or a log line takes it. */
    protected static String oneLine(Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
    }
}
