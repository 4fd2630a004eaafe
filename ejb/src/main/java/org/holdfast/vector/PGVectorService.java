package org.holdfast.vector;

import jakarta.annotation.Resource;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.jdbc.Database;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.job.JobWatch;
import org.holdfast.migration.RunnerLock;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/** Vector indexes as operators see and ask for them. Thread-safe. */
@ApplicationScoped
public class PGVectorService {
    private static final Logger LOG = Logger.getLogger(PGVectorService.class.getName());
    private static final String JOB = "vector-index";

    @Inject
    CurrentTopology current;

    @Resource
    ManagedExecutorService executor;

    /**
     * The vector indexes of both heads, and what is wrong with them.
     *
     * @throws NothingHappenedException when the writer does not answer
     */
    public IndexOverview overview() {
        Topology now = current.get();
        writer(now);
        List<VectorIndex> indexes = new ArrayList<>();
        List<IndexHealth.Head> heads = new ArrayList<>();
        List<String> notAsked = new ArrayList<>();
        for (Cluster cluster : List.of(now.writer(), now.writer().other())) {
            Optional<Node> head = now.head(cluster);
            if (head.isEmpty()) {
                continue;
            }
            String node = head.get().id().name();
            if (!head.get().isUp()) {
                notAsked.add(node);
                continue;
            }
            try {
                Database owner = Database.owner(node);
                heads.add(owner.with(connection -> VectorTables.head(connection, node)));
                indexes.addAll(used(owner.with(connection -> VectorTables.indexes(connection, node)), now, cluster));
            } catch (SQLException failure) {
                throw new NothingHappenedException(ErrorCategory.CONNECTION, node + " could not be asked", failure);
            }
        }
        return new IndexOverview(indexes, IndexHealth.findings(indexes, heads), notAsked, null);
    }

    // Searches run on replicas, and each counts for itself.
    private static List<VectorIndex> used(List<VectorIndex> indexes, Topology now, Cluster cluster) {
        List<VectorIndex> used = new ArrayList<>(indexes);
        for (Node node : now.nodes()) {
            if (node.cluster() != cluster || node.isHead() || !node.isUp()) {
                continue;
            }
            try {
                Map<String, VectorTables.Use> uses =
                        Database.named("jdbc/" + node.id()).with(VectorTables::uses);
                used.replaceAll(index -> Optional.ofNullable(uses.get(index.name()))
                        .map(use -> index.used(use.scans(), use.last()))
                        .orElse(index));
            } catch (SQLException unanswered) {
                LOG.log(Level.FINE, unanswered, () -> node.id() + " did not tell how it uses indexes");
            }
        }
        return used;
    }

    /**
     * Starts the job that gives a table an HNSW index of this profile on both clusters, in the place of the one it has.
     *
     * @param table with its schema
     * @return the execution of the job {@code vector-index}
     * @throws RefusedException (validation) when it is no table with embeddings, (conflict) when a head is away, the writer is being
     *     switched, or the schema is being changed
     * @throws NothingHappenedException when the writer does not answer
     */
    public long create(Optional<String> table, IndexProfile profile) {
        return start(Optional.of(table.orElse("memory.memory")), Optional.of(profile));
    }

    /** As above, but makes the indexes anew as they are, and analyses: of one table, or of all memory tables. */
    public long optimize(Optional<String> table) {
        return start(table, Optional.empty());
    }

    private long start(Optional<String> table, Optional<IndexProfile> profile) {
        Topology now = current.get();
        Database owner = Database.owner(writer(now).id().name());
        List<String> tables;
        boolean isFree;
        try {
            tables = owner.with(VectorTables::tables);
            Optional<SessionLock> free = RunnerLock.tryAcquire(owner);
            isFree = free.isPresent();
            if (free.isPresent()) {
                free.get().close();
            }
        } catch (SQLException failure) {
            throw new NothingHappenedException(ErrorCategory.CONNECTION, "the writer could not be asked", failure);
        }
        if (table.isPresent() && !tables.contains(table.get())) {
            throw new RefusedException(
                    ErrorCategory.VALIDATION,
                    "there is no table '" + table.get() + "' with embeddings; possible are " + tables);
        }
        Optional<String> obstacle = obstacle(now);
        if (obstacle.isPresent()) {
            throw new RefusedException(ErrorCategory.CONFLICT, "not started: " + obstacle.get());
        }
        if (!isFree) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT,
                    "not started: the schema is being changed, by a migration or another operation on indexes");
        }
        Properties parameters = new Properties();
        parameters.setProperty("tables", table.orElseGet(() -> String.join(",", tables)));
        parameters.setProperty("profile", profile.map(Enum::name).orElse(IndexOrder.AS_BEFORE));
        return BatchRuntime.getJobOperator().start(JOB, parameters);
    }

    private static Node writer(Topology now) {
        return now.primary()
                .filter(Node::isUp)
                .orElseThrow(
                        () -> new NothingHappenedException(ErrorCategory.CONNECTION, "the writer does not answer"));
    }

    /** Why indexes cannot be made now; empty when they can. */
    static Optional<String> obstacle(Topology now) {
        if (now.primary().filter(Node::isUp).isEmpty()) {
            return Optional.of("the writer does not answer");
        }
        if (!now.isOpen()) {
            return Optional.of("the writer is being switched");
        }
        Optional<Node> standby = now.head(now.writer().other());
        if (standby.isEmpty()) {
            return Optional.empty();
        }
        if (!standby.get().isUp()) {
            return Optional.of(standby.get().id() + " is " + standby.get().state());
        }
        return standby.get().applied().isPresent()
                ? Optional.empty()
                : Optional.of(standby.get().id() + " does not follow the writer with every table");
    }

    /** What carries an order out now, where nothing is in the way. */
    IndexRun run(Topology now, JobWatch watch, Set<String> done) {
        List<IndexRun.Head> heads = new ArrayList<>();
        for (Cluster cluster : List.of(now.writer().other(), now.writer())) {
            now.head(cluster)
                    .map(head -> head.id().name())
                    .ifPresent(node -> heads.add(new IndexRun.Head(node, Database.owner(node))));
        }
        return new IndexRun(heads, watch, executor, done);
    }
}
