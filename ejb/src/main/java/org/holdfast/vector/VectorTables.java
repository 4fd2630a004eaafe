package org.holdfast.vector;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.jdbc.Database;
import org.holdfast.vector.IndexPlan.Present;
import org.jspecify.annotations.Nullable;

/** Reads what a node says of memory tables with embeddings and of their vector indexes. */
final class VectorTables {
    // In what waits to take the place of embeddings nothing is searched.
    private static final String TABLES = """
            select n.nspname || '.' || c.relname
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 join pg_attribute a on a.attrelid = c.oid and a.attname = 'embedding' and not a.attisdropped
                 join pg_type t on t.oid = a.atttypid and t.typname = 'vector'
            where n.nspname = 'memory' and c.relkind in ('r', 'p') and not c.relispartition
                  and c.relname <> 'next_embedding'
            order by 1""";
    // What has the rows of a table, and an index of its own.
    private static final String PARTS = """
            select n.nspname || '.' || c.relname, greatest(c.reltuples, 0)::bigint,
                   (select a.atttypmod from pg_attribute a where a.attrelid = c.oid and a.attname = 'embedding'),
                   exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'place_vector')
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and coalesce(pg_partition_root(c.oid), c.oid) = to_regclass(?)
            order by 1""";
    // A table that nobody has analysed yet has no estimate of its rows. When an index was used last is told from
    // PostgreSQL 16 on.
    private static final String INDEXES = """
            select q.nspname || '.' || w.relname, c.relname, m.amname, o.opcname, pg_get_indexdef(c.oid, 1, false),
                   (select p.option_value::int from pg_options_to_table(c.reloptions) p where p.option_name = 'm'),
                   (select p.option_value::int from pg_options_to_table(c.reloptions) p
                    where p.option_name = 'ef_construction'),
                   pg_relation_size(c.oid),
                   case when t.reltuples < 0 then coalesce(r.n_live_tup, 0) else t.reltuples::bigint end,
                   i.indisvalid and i.indisready and i.indislive, coalesce(s.idx_scan, 0),
                   (to_jsonb(s) ->> 'last_idx_scan')::timestamptz,
                   b.phase, b.tuples_done, b.blocks_done, b.blocks_total,
                   case when w.oid <> t.oid then n.nspname || '.' || t.relname end,
                   (select a.atttypmod from pg_attribute a where a.attrelid = t.oid and a.attname = 'embedding'),
                   pg_get_expr(i.indpred, i.indrelid)
            from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
                 join pg_namespace n on n.oid = t.relnamespace
                 join pg_class w on w.oid = coalesce(pg_partition_root(t.oid), t.oid)
                 join pg_namespace q on q.oid = w.relnamespace join pg_am m on m.oid = c.relam
                 join pg_opclass o on o.oid = i.indclass[0]
                 left join pg_stat_user_indexes s on s.indexrelid = c.oid
                 left join pg_stat_user_tables r on r.relid = t.oid
                 left join pg_stat_progress_create_index b on b.index_relid = c.oid and b.datname = current_database()
            where n.nspname = 'memory' and m.amname in ('hnsw', 'ivfflat') and c.relkind = 'i'
            order by 1, 2""";
    private static final String USES = """
            select s.indexrelname, s.idx_scan, (to_jsonb(s) ->> 'last_idx_scan')::timestamptz
            from pg_stat_user_indexes s
            where s.schemaname = 'memory'""";
    private static final String MAINTENANCE_WORK_MEM = "select pg_size_bytes(current_setting('maintenance_work_mem'))";
    // pgvector's own.
    private static final int M_DEFAULT = 16;
    private static final int EF_CONSTRUCTION_DEFAULT = 64;

    /** How often a node has used an index. */
    record Use(long scans, @Nullable Instant last) {}

    /**
     * What has rows, with vectors of so many numbers, and an index of its own.
     *
     * @param marksCopies whether each of its rows is marked as one of the index or as a copy beside it
     */
    record Part(String name, long rows, int dimensions, boolean marksCopies) {
        /** Which rows belong into its index; null when all do. */
        @Nullable
        String predicate() {
            return marksCopies ? "graph < 2" : null;
        }
    }

    private VectorTables() {}

    /** The name of the index that searches use, of a table without partitions or of a partition. */
    static String indexOf(String table) {
        return table.substring(table.indexOf('.') + 1) + "_embedding";
    }

    /** Those with embeddings, each with its schema. */
    static List<String> tables(Connection connection) throws SQLException {
        return Database.all(connection, row -> row.getString(1), TABLES);
    }

    /** The partitions of a table, or itself where it has none, each with its schema and PostgreSQL's estimate of its rows. */
    static List<Part> parts(Connection connection, String table) throws SQLException {
        return Database.all(
                connection,
                row -> new Part(row.getString(1), row.getLong(2), row.getInt(3), row.getBoolean(4)),
                PARTS,
                table);
    }

    static List<VectorIndex> indexes(Connection connection, String node) throws SQLException {
        return Database.all(
                connection,
                row -> {
                    boolean isHnsw = row.getString(3).equals(IndexPlan.METHOD);
                    @Nullable Integer m = isHnsw ? orElse(row.getObject(6, Integer.class), M_DEFAULT) : null;
                    long rows = row.getLong(9);
                    String phase = row.getString(13);
                    return new VectorIndex(
                            node,
                            row.getString(1),
                            row.getString(17),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getInt(18),
                            row.getString(19),
                            m,
                            isHnsw ? orElse(row.getObject(7, Integer.class), EF_CONSTRUCTION_DEFAULT) : null,
                            row.getLong(8),
                            m == null ? null : IndexHealth.freshBytes(rows, row.getInt(18), m),
                            rows,
                            row.getBoolean(10),
                            row.getLong(11),
                            instant(row.getObject(12, OffsetDateTime.class)),
                            phase == null
                                    ? null
                                    : new VectorIndex.Building(
                                            phase, row.getLong(14), row.getLong(15), row.getLong(16)));
                },
                INDEXES);
    }

    /** The vector indexes of one partition, or of a table without any, as far as a plan looks at them. */
    static List<Present> present(Connection connection, String part) throws SQLException {
        return indexes(connection, "").stream()
                .filter(index -> index.holder().equals(part))
                .map(index -> new Present(
                        index.name(),
                        index.valid(),
                        index.method().equals(IndexPlan.METHOD)
                                && index.opclass().equals(IndexPlan.OPCLASS)
                                && index.expression().contains("embedding"),
                        index.predicate(),
                        orElse(index.m(), 0),
                        orElse(index.efConstruction(), 0)))
                .toList();
    }

    static IndexHealth.Head head(Connection connection, String node) throws SQLException {
        long memory = Database.first(connection, row -> row.getLong(1), MAINTENANCE_WORK_MEM)
                .orElseThrow();
        List<Part> parts = new ArrayList<>();
        for (String table : tables(connection)) {
            parts.addAll(parts(connection, table));
        }
        return new IndexHealth.Head(node, memory, parts);
    }

    /** Uses of every index of memory tables, by its name. */
    static Map<String, Use> uses(Connection connection) throws SQLException {
        Map<String, Use> uses = new HashMap<>();
        Database.all(
                connection,
                row -> Optional.ofNullable(uses.put(
                        row.getString(1), new Use(row.getLong(2), instant(row.getObject(3, OffsetDateTime.class))))),
                USES);
        return uses;
    }

    private static int orElse(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
