package org.holdfast.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Brings both clusters to the newest version, version by version: each is applied to the failover cluster before the
 * primary, because a change that the primary replicates must already be there. Interrupted at any point, it goes on from
 * there when run again. Thread-safe; runners of several instances exclude each other.
 */
public final class MigrationRunner {
    private static final Logger LOG = Logger.getLogger(MigrationRunner.class.getName());
    private static final long LOCK = 0x486f6c6466617374L; // "Holdfast"

    private final DataSource primaryOwner;
    private final ClusterSchema primary;
    private final Optional<ClusterSchema> failover;
    private final Optional<Replication> replication;

    /**
     * A runner over one or two clusters.
     *
     * @param primaryOwner connections of the schema's owner to the head of the primary cluster
     * @param failoverOwner the same for the failover cluster, where there is one
     */
    public MigrationRunner(DataSource primaryOwner, Optional<DataSource> failoverOwner) {
        this.primaryOwner = primaryOwner;
        this.primary = new ClusterSchema(primaryOwner);
        this.failover = failoverOwner.map(ClusterSchema::new);
        this.replication = failoverOwner.map(owner -> new Replication(primaryOwner, owner));
    }

    /** What is still to be applied where. */
    MigrationPlan plan() {
        return new MigrationPlan(
                primary.pending(), failover.map(ClusterSchema::pending).orElse(List.of()));
    }

    /** Whether the primary cluster has every version; asks that cluster alone. */
    boolean isPrimaryCurrent() {
        return primary.pending().isEmpty();
    }

    /**
     * Applies what is missing.
     *
     * @return false when another instance is at it; nothing was done then
     */
    boolean run() throws SQLException {
        try (Connection lock = primaryOwner.getConnection()) {
            if (!ask(lock, "select pg_try_advisory_lock(" + LOCK + ")")) {
                return false;
            }
            try {
                migrate();
                return true;
            } finally {
                ask(lock, "select pg_advisory_unlock(" + LOCK + ")");
            }
        }
    }

    private void migrate() throws SQLException {
        MigrationPlan plan = plan();
        if (!plan.isEmpty()) {
            LOG.log(Level.INFO, "migrating: {0}", plan);
        }
        failover.ifPresent(cluster -> plan.failover().forEach(version -> {
            // What the primary has already must not wait for it; what it lacks is stepped below.
            if (!plan.primary().contains(version)) {
                cluster.migrateTo(version);
            }
        }));
        for (String version : plan.primary()) {
            failover.ifPresent(cluster -> cluster.migrateTo(version));
            primary.migrateTo(version);
            LOG.log(Level.INFO, "version {0} applied", version);
        }
        if (replication.isPresent()) {
            replication.get().publishNewTables();
        }
    }

    private static boolean ask(Connection connection, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            return row.next() && row.getBoolean(1);
        }
    }
}
