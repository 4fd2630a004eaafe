package org.holdfast.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.holdfast.topology.Cluster;

/**
 * Brings both clusters to the newest version, version by version: each is applied to the standby before the writer, because
 * a change that the writer replicates must already be there. Interrupted at any point, it goes on from there when run again.
 * Thread-safe; runners of several instances exclude each other.
 */
public final class MigrationRunner {
    private static final Logger LOG = Logger.getLogger(MigrationRunner.class.getName());
    private static final long LOCK = 0x486f6c6466617374L; // "Holdfast"

    private final Map<Cluster, DataSource> owners;

    /**
     * A runner over one or two clusters.
     *
     * @param owners connections of the schema's owner to the head of each cluster
     */
    public MigrationRunner(Map<Cluster, DataSource> owners) {
        this.owners = Map.copyOf(owners);
    }

    /** Whether the writing cluster has every version; asks that cluster alone. */
    boolean isCurrent(Cluster writer) {
        return schema(writer).pending().isEmpty();
    }

    /**
     * Applies what is missing.
     *
     * @return false when another instance is at it; nothing was done then
     */
    boolean run(Cluster writer) throws SQLException {
        try (Connection lock = owner(writer).getConnection()) {
            if (!ask(lock, "select pg_try_advisory_lock(" + LOCK + ")")) {
                return false;
            }
            try {
                migrate(writer);
                return true;
            } finally {
                ask(lock, "select pg_advisory_unlock(" + LOCK + ")");
            }
        }
    }

    private void migrate(Cluster writer) throws SQLException {
        ClusterSchema written = schema(writer);
        Optional<ClusterSchema> standby =
                owners.containsKey(writer.other()) ? Optional.of(schema(writer.other())) : Optional.empty();
        MigrationPlan plan = new MigrationPlan(
                written.pending(), standby.map(ClusterSchema::pending).orElse(List.of()));
        if (!plan.isEmpty()) {
            LOG.log(Level.INFO, "migrating: {0}", plan);
        }
        standby.ifPresent(cluster -> plan.standby().forEach(version -> {
            // What the writer has already must not wait for it; what it lacks is stepped below.
            if (!plan.writer().contains(version)) {
                cluster.migrateTo(version);
            }
        }));
        for (String version : plan.writer()) {
            standby.ifPresent(cluster -> cluster.migrateTo(version));
            written.migrateTo(version);
            LOG.log(Level.INFO, "version {0} applied", version);
        }
        for (DataSource owner : owners.values()) {
            guard(owner);
        }
        if (!plan.writer().isEmpty()) {
            recordMigrated(owner(writer), plan.writer());
        }
        if (standby.isPresent()) {
            new Replication(owner(writer), owner(writer.other())).publishNewTables();
        }
    }

    private static void guard(DataSource owner) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select ops.guard_tables()");
        }
    }

    // After the tables are watched: the audit may itself be one of the versions.
    private static void recordMigrated(DataSource owner, List<String> versions) throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement statement = connection.prepareStatement("select set_config('holdfast.caller',"
                        + " concat_ws(chr(31), 'batch', 'migration', '', '', ''), true),"
                        + " audit.record(null, 'MIGRATED', 'migration', ?, null)")) {
            statement.setString(1, String.join(", ", versions));
            statement.execute();
        }
    }

    private ClusterSchema schema(Cluster cluster) {
        return new ClusterSchema(owner(cluster));
    }

    private DataSource owner(Cluster cluster) {
        return Optional.ofNullable(owners.get(cluster)).orElseThrow();
    }

    private static boolean ask(Connection connection, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            return row.next() && row.getBoolean(1);
        }
    }
}
