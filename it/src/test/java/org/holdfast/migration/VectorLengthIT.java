package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.jdbc.Database;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;
import org.junit.jupiter.api.Test;

/**
 * Goal: databases whose vectors have another length than the usual. Method: the runner alone, on the real databases of a topology, from
 * nothing to the newest version and back; a search by meaning in between.
 */
class VectorLengthIT {
    private static final TwoClusters CLUSTERS = TwoClusters.start("holdfast-vector-length");
    private static final int LENGTH = 12;
    private static final UUID TENANT = UUID.fromString("0190a0b0-0000-7000-8000-00000000000b");

    private static MigrationResult order(MigrationOrder order) throws SQLException {
        MigrationRunner runner = new MigrationRunner(
                Map.of(
                        Cluster.primary,
                        CLUSTERS.owner(Cluster.primary),
                        Cluster.failover,
                        CLUSTERS.owner(Cluster.failover)),
                MigrationConfig.defaults(),
                new MigrationFiles(Optional.empty(), LENGTH),
                JavaChunks.none());
        return runner.run(Cluster.primary, order, new Unwatched()).orElseThrow();
    }

    private static String vector(String direction) {
        return "(select array_agg(case when d = " + direction + " then 1 else 0.1 end)::real[]::vector"
                + " from generate_series(1, " + LENGTH + ") d)";
    }

    @Test
    void everyVersionGoesUpAndItsVectorsAreFound() throws SQLException {
        MigrationResult up =
                order(new MigrationOrder(Direction.run, Optional.empty(), Set.of("drops-rows"), false, "test"));

        assertThat(up.differences()).isEmpty();
        for (Cluster cluster : Cluster.values()) {
            assertThat(CLUSTERS.query(
                            cluster,
                            "select distinct a.atttypmod::text from pg_attribute a join pg_class c on c.oid = a.attrelid"
                                    + " where c.relnamespace = 'memory'::regnamespace and c.relkind in ('r', 'p')"
                                    + " and a.attname = 'embedding'"))
                    .containsExactly(Integer.toString(LENGTH));
            assertThat(CLUSTERS.query(
                            cluster,
                            "select distinct substring(indexdef from 'halfvec\\((\\d+)\\)') from pg_indexes"
                                    + " where schemaname = 'memory' and indexdef like '%USING hnsw%'"))
                    .containsExactly(Integer.toString(LENGTH));
        }
        CLUSTERS.lease(Cluster.primary);
        CLUSTERS.execute(
                Cluster.primary,
                "insert into auth.tenant (id, name) values ('" + TENANT + "', 'tenant')",
                "insert into memory.agent (id, tenant_id, name) values ('" + TENANT + "', '" + TENANT + "', 'agent')",
                "insert into memory.memory (id, tenant_id, agent_id, kind, text, said_at, embedding)"
                        + " select gen_random_uuid(), '" + TENANT + "', '" + TENANT
                        + "', 'CONTEXT', 'note ' || n, now(), " + vector("n") + " from generate_series(1, " + LENGTH
                        + ") n");
        List<String> found = Database.of(CLUSTERS.owner(Cluster.primary)).inTransaction(connection -> {
            Database.isTrue(connection, "select set_config('holdfast.tenant', ?, true) is not null", TENANT.toString());
            return Database.all(
                    connection,
                    row -> row.getString(1),
                    "select m.text from memory.search_candidates(null, " + vector("7")
                            + ", null, null, null, '{}', 3, 40, false) c join memory.memory m on m.id = c.id"
                            + " order by c.distance limit 1");
        });
        assertThat(found).containsExactly("note 7");
    }
}
