package org.holdfast.memory;

import jakarta.batch.api.BatchProperty;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;
import java.util.Optional;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionException;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.job.PatientBatchlet;
import org.holdfast.topology.Topology;

/**
 * The one step of the job {@code embed-anew}: gives all memories vectors of another model, and waits while the writer is away or being
 * switched, or another instance is at it. It gives up when it fails again and again without having moved, and goes on from there when it
 * is started again.
 */
@Dependent
@Named("embedAnewBatchlet")
public class EmbedAnewBatchlet extends PatientBatchlet {
    // With the repetitions of an endpoint's requests about half a minute.
    private static final int FAILURES_MAX = 8;

    @Inject
    EmbedAnew service;

    @Inject
    @BatchProperty(name = "model")
    String model;

    private int failures;

    @Override
    protected Optional<String> attempt(Topology now) throws SQLException {
        Optional<String> obstacle = EmbedAnew.obstacle(now);
        if (obstacle.isPresent()) {
            return waits(obstacle.get());
        }
        EmbedAnewRun run = service.run(watchOfEpoch(now, EmbedAnew::obstacle));
        try {
            Optional<SessionLock> acquired = EmbedAnew.tryAcquire(now);
            if (acquired.isEmpty()) {
                return waits("another instance is at it");
            }
            try (SessionLock lock = acquired.get()) {
                return Optional.of(run.run(model, lock));
            }
        } catch (RefusedException refused) {
            throw refused;
        } catch (SessionException failure) {
            // Also one whose outcome is not known: all is looked at again.
            return failed(run, failure);
        } catch (SQLException failure) {
            if (!ErrorClassifier.isConnectionLost(failure) && topology.get().epoch() == now.epoch()) {
                throw failure;
            }
            return failed(run, failure);
        }
    }

    private <E extends Exception> Optional<String> failed(EmbedAnewRun run, E failure) throws E {
        failures = run.moved() > 0 ? 1 : failures + 1;
        if (failures > FAILURES_MAX) {
            throw failure;
        }
        return waits(oneLine(failure));
    }
}
