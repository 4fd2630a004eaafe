package org.holdfast.integrity;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.api.BatchProperty;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.EntityCaches;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.job.JobProgress;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Topology;

/**
 * The one step of the job {@code integrity}: compares the clusters, and waits, for as long as nobody stops it, while no standby
 * follows, the writer is being switched, or another instance is at it.
 */
@Dependent
@Named("integrityBatchlet")
public class IntegrityBatchlet extends AbstractBatchlet {
    private static final Logger LOG = Logger.getLogger(IntegrityBatchlet.class.getName());
    private static final int STATUS_CHARACTERS_MAX = 500;
    // A schema that changes while it is read, and locks that were not got: on a second look all is well.
    private static final int SURPRISES_MAX = 5;
    private static final Duration PAUSE = Duration.ofMillis(500);

    @Inject
    CurrentTopology topology;

    @Inject
    Integrity integrity;

    @Inject
    EntityCaches caches;

    @Inject
    JobProgress progress;

    @Inject
    JobContext job;

    @Inject
    @BatchProperty(name = "repair")
    String repair;

    @Inject
    @BatchProperty(name = "by")
    String by;

    private volatile boolean isStopped;
    private int surprises;
    private String lastWait = "";

    @Override
    public void stop() {
        isStopped = true;
    }

    @Override
    public String process() throws SQLException, InterruptedException {
        progress.says(job.getExecutionId(), "begins");
        try {
            while (!isStopped) {
                Topology now = topology.get();
                Optional<IntegrityReport> report = attempt(now);
                if (report.isPresent()) {
                    integrity.ended(report.get());
                    if (report.get().repairs()) {
                        // Rows of the standby may have been read while the writer was away.
                        caches.empty();
                    }
                    return exit(describe(report.get()));
                }
                topology.awaitChange(now, PAUSE);
            }
            return exit("STOPPED: run again, it goes on from where it was");
        } catch (SQLException | RuntimeException failure) {
            exit("REFUSED: " + oneLine(failure));
            throw failure;
        } finally {
            progress.ended(job.getExecutionId());
        }
    }

    // Empty: try again.
    private Optional<IntegrityReport> attempt(Topology now) throws SQLException {
        Optional<String> obstacle = Integrity.obstacle(now);
        if (obstacle.isPresent()) {
            waits(obstacle.get());
            return Optional.empty();
        }
        RunWatch watch = new RunWatch(job.getExecutionId(), now.epoch(), topology, progress, () -> isStopped);
        try {
            Optional<IntegrityReport> report = new IntegrityRun(Integrity.heads(now), Integrity.replicas(now), watch)
                    .run(Boolean.parseBoolean(repair), by);
            if (report.isEmpty()) {
                waits("another instance compares");
            }
            return report;
        } catch (IntegrityInterruptedException interrupted) {
            waits(oneLine(interrupted));
            return Optional.empty();
        } catch (SQLException failure) {
            boolean isPassing = ErrorClassifier.isConnectionLost(failure)
                    || "HF001".equals(failure.getSQLState())
                    || topology.get().epoch() != now.epoch();
            if (!isPassing && ++surprises > SURPRISES_MAX) {
                throw failure;
            }
            waits("a database did not do it: " + oneLine(failure));
            return Optional.empty();
        }
    }

    private void waits(String what) {
        if (!what.equals(lastWait)) {
            LOG.log(Level.INFO, "integrity: {0}", what);
        }
        lastWait = what;
        progress.says(job.getExecutionId(), what);
    }

    private static String describe(IntegrityReport report) {
        long rows =
                report.tables().stream().mapToLong(IntegrityReport.Table::rows).sum();
        long found = report.tables().stream()
                .mapToLong(IntegrityReport.Table::findings)
                .sum();
        long repaired = report.tables().stream()
                .mapToLong(IntegrityReport.Table::repaired)
                .sum();
        return "compared " + rows + " rows of " + report.tables().size() + " tables: " + found + " differ, " + repaired
                + " repaired; checked " + report.checks().objects() + " objects: "
                + report.checks().findings().size() + " findings";
    }

    // A step's exit status does not become its job's by itself.
    private String exit(String status) {
        String told = status.substring(0, Math.min(status.length(), STATUS_CHARACTERS_MAX));
        job.setExitStatus(told);
        return told;
    }

    private static String oneLine(Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
    }
}
