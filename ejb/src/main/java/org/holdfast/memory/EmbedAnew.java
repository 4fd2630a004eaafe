package org.holdfast.memory;

import jakarta.batch.runtime.BatchRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.jdbc.Database;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.job.JobWatch;
import org.holdfast.repository.RepositoryFactory;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/** The change of the model that embeds, as an operator asks for it. Thread-safe. */
@ApplicationScoped
public class EmbedAnew {
    private static final String JOB = "embed-anew";
    private static final long LOCK = 0x456d626564416e65L; // "EmbedAne"

    @Inject
    CurrentTopology current;

    @Inject
    MemoryConfig config;

    @Inject
    StoredModel stored;

    @Inject
    Embedder embedder;

    @Inject
    ConnectionManager connections;

    @Inject
    RepositoryFactory repositories;

    /**
     * Starts the job that gives all memories of all tenants vectors of another model, which takes the place of the present one.
     *
     * @param confirm the other model's name
     * @return the execution of the job {@code embed-anew}
     * @throws RefusedException (conflict) when no other model is configured here, the job is under way, or another change is;
     *     (validation) when the name is not the other model's
     * @throws NothingHappenedException when the writer does not answer
     */
    public long start(String confirm) {
        Topology now = current.get();
        Optional<String> obstacle = obstacle(now);
        if (obstacle.isPresent()) {
            throw new NothingHappenedException(ErrorCategory.CONNECTION, "not started: " + obstacle.get());
        }
        ModelState state = stored.ofTheWriter();
        requireWanted(state, config.models().stream().map(ModelConfig::name).toList(), confirm);
        try {
            Optional<SessionLock> free = tryAcquire(now);
            if (free.isEmpty()) {
                throw new RefusedException(ErrorCategory.CONFLICT, "not started: the memories are being embedded anew");
            }
            free.get().close();
        } catch (SQLException failure) {
            throw new NothingHappenedException(ErrorCategory.CONNECTION, "the writer could not be asked", failure);
        }
        Properties parameters = new Properties();
        parameters.setProperty("model", confirm);
        return BatchRuntime.getJobOperator().start(JOB, parameters);
    }

    /**
     * Checks that a model may take the place.
     *
     * @param known the models that embed here
     */
    static void requireWanted(ModelState state, List<String> known, String wanted) {
        if (state.at().isPresent() && !state.next().equals(Optional.of(wanted))) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT,
                    "not started: the vectors are being replaced by those of '"
                            + state.next().orElseThrow() + "'; that must come to its end first");
        }
        List<String> others =
                known.stream().filter(name -> !name.equals(state.name())).toList();
        if (others.isEmpty()) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT,
                    "not started: the stored vectors are of '" + state.name()
                            + "', and no other model is configured; name it in " + MemoryConfig.NEXT_KEYS
                            + "embedder of every instance");
        }
        if (!others.contains(wanted)) {
            throw new RefusedException(
                    ErrorCategory.VALIDATION,
                    "confirm must be '" + String.join("' or '", others) + "', the model that is to take the place of '"
                            + state.name() + "'");
        }
    }

    /** Why memories cannot be embedded anew now; empty when they can. Without a standby they can: it gets the rows later. */
    static Optional<String> obstacle(Topology now) {
        if (now.primary().filter(Node::isUp).isEmpty()) {
            return Optional.of("the writer does not answer");
        }
        return now.isOpen() ? Optional.empty() : Optional.of("the writer is being switched");
    }

    /** What keeps all others, on every instance, from the same work; empty while somebody is at it. */
    static Optional<SessionLock> tryAcquire(Topology now) throws SQLException {
        String writer = now.primary().orElseThrow().id().name();
        return SessionLock.tryAcquire(Database.owner(writer), LOCK);
    }

    EmbedAnewRun run(JobWatch watch) {
        return new EmbedAnewRun(connections, repositories, embedder, stored, watch);
    }
}
