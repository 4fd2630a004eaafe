package org.holdfast.migration;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.jdbc.Database;
import org.holdfast.job.JobInterruptedException;

/**
 * Keeps the list of replicated tables: the publication {@code holdfast} on both clusters, so that each can feed the other, and
 * the subscription on the one that follows.
 */
final class Replication {
    private static final Logger LOG = Logger.getLogger(Replication.class.getName());

    private static final List<String> SCHEMAS = List.of("auth", "memory", "orchestration", "audit");
    // What else is replicated of the heads' own bookkeeping.
    private static final List<String> TABLES = List.of("ops.heartbeat", "ops.node_sample", "ops.query_plan");
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final String UNPUBLISHED = """
            select format('%I.%I', t.schemaname, t.tablename)
            from pg_tables t
            where (t.schemaname = any (string_to_array(?, ',')) or t.schemaname || '.' || t.tablename = any (string_to_array(?, ',')))
              and not (select c.relispartition from pg_class c
                       where c.oid = format('%I.%I', t.schemaname, t.tablename)::regclass)
              and not exists (select from pg_publication_tables p
                              where p.pubname = 'holdfast' and p.schemaname = t.schemaname and p.tablename = t.tablename)
            order by 1
            """;

    private final Database publisher;
    private final Database subscriber;

    Replication(Database publisher, Database subscriber) {
        this.publisher = publisher;
        this.subscriber = subscriber;
    }

    /** Publishes business tables that are not yet, and makes the subscriber take them up; idempotent. */
    void publishNewTables() throws SQLException {
        publish(publisher);
        publish(subscriber);
        // Also when nothing was added: an earlier attempt may have ended between the two statements.
        if (!refresh()) {
            LOG.warning("there is no enabled subscription 'holdfast' on the standby: nothing is replicated to it");
        }
    }

    private boolean refresh() throws SQLException {
        boolean isThere = subscriber.isTrue(
                "select exists (select from pg_subscription where subname = 'holdfast' and subenabled)");
        if (isThere) {
            subscriber.with(connection -> Database.run(connection, "alter subscription holdfast refresh publication"));
        }
        return isThere;
    }

    private static void publish(Database cluster) throws SQLException {
        List<String> tables = cluster.with(connection -> {
            if (!Database.isTrue(connection, "select exists (select from pg_publication where pubname = 'holdfast')")) {
                Database.run(connection, "create publication holdfast");
            }
            // Partitions are each cluster's own business: rows come as those of the whole table.
            if (Database.isTrue(
                    connection,
                    "select exists (select from pg_publication where pubname = 'holdfast' and not pubviaroot)")) {
                Database.run(connection, "alter publication holdfast set (publish_via_partition_root = true)");
            }
            List<String> unpublished = Database.all(
                    connection,
                    row -> row.getString(1),
                    UNPUBLISHED,
                    String.join(",", SCHEMAS),
                    String.join(",", TABLES));
            if (!unpublished.isEmpty()) {
                Database.run(connection, "alter publication holdfast add table " + String.join(", ", unpublished));
            }
            return unpublished;
        });
        if (!tables.isEmpty()) {
            LOG.log(Level.INFO, "published {0}", tables);
        }
    }

    /**
     * Makes the subscriber ready to lose what the publisher has lost: waits until it has taken in what the publisher had
     * written when this was called, and ends first copies of tables that are gone, which would keep them from being dropped.
     * Where nothing is replicated there is nothing to wait for.
     *
     * @throws JobInterruptedException when it takes longer than ten minutes
     */
    void followTheLoss(MigrationWatch watch) throws SQLException {
        String written = publisher.with(connection -> Database.first(
                        connection, row -> row.getString(1), "select pg_current_wal_flush_lsn()::text")
                .orElseThrow());
        long begun = System.nanoTime();
        while (publisher.isTrue(
                "select exists (select from pg_replication_slots where slot_name = 'holdfast'"
                        + " and confirmed_flush_lsn < ?::pg_lsn)",
                written)) {
            watch.requireGoesOn();
            watch.says("waits for the standby to take in what the writer has sent");
            if (System.nanoTime() - begun > CAUGHT_UP_WITHIN.toNanos()) {
                throw new JobInterruptedException("the standby has not taken in what the writer sent within "
                        + CAUGHT_UP_WITHIN.toMinutes() + " min");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        refresh();
    }

    /** Whether a table with this name and schema is replicated, as soon as it is there. */
    static boolean isReplicated(String table) {
        return SCHEMAS.contains(table.substring(0, Math.max(0, table.indexOf('.')))) || TABLES.contains(table);
    }
}
