package org.holdfast.tuning;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.jdbc.Database;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;
import org.jspecify.annotations.Nullable;

/** Which indexes no node uses, and where one is missing: every node counts for itself, so each is asked. Thread-safe. */
@ApplicationScoped
public class Indexes {
    private static final Logger LOG = Logger.getLogger(Indexes.class.getName());
    private static final int LARGE_ROWS = 10_000;
    private static final int READ_OFTEN = 10;

    private static final String SINCE = """
            select coalesce(stats_reset, pg_postmaster_start_time()) from pg_stat_database where datname = current_database()
            """;
    // Unique ones first: they keep rules, and of twins the other one can go.
    private static final String STRUCTURE = """
            select coalesce(pg_partition_root(i.indrelid), i.indrelid)::regclass::text,
                   coalesce(pg_partition_root(i.indexrelid), i.indexrelid)::regclass::text,
                   sum(pg_relation_size(i.indexrelid)), bool_or(i.indisunique or i.indisexclusion), bool_and(i.indisvalid),
                   min(concat_ws(' ', i.indrelid, c.relam, i.indkey, i.indclass, i.indcollation, i.indoption,
                                 i.indexprs::text, i.indpred::text)) filter (where i.indexrelid = coalesce(pg_partition_root(i.indexrelid), i.indexrelid))
            from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema')
            group by 1, 2 order by 4 desc, 2
            """;
    private static final String SCANS = """
            select coalesce(pg_partition_root(indexrelid), indexrelid)::regclass::text, sum(idx_scan)
            from pg_stat_user_indexes group by 1
            """;
    private static final String READS = """
            select coalesce(pg_partition_root(s.relid), s.relid)::regclass::text, sum(s.seq_scan), sum(s.seq_tup_read),
                   sum(greatest(s.n_live_tup, c.reltuples))::bigint, sum(pg_relation_size(s.relid))
            from pg_stat_user_tables s join pg_class c on c.oid = s.relid group by 1 order by 1
            """;
    private static final String FOREIGN_KEYS = """
            select c.conrelid::regclass::text, c.conname::text, c.confrelid::regclass::text, pg_total_relation_size(c.conrelid),
                   (select string_agg(a.attname, ', ' order by k.n) from unnest(c.conkey) with ordinality k(attnum, n)
                    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum)
            from pg_constraint c
            where c.contype = 'f' and c.conparentid = 0
              and not exists (
                  select from pg_index i
                  where i.indrelid = c.conrelid and i.indpred is null
                    and (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(c.conkey)] @> c.conkey)
            order by 1, 2
            """;

    private record Index(
            String table,
            String name,
            long bytes,
            boolean isUnique,
            boolean isValid,
            @Nullable String shape) {}

    private record Reads(String table, long scans, long rowsRead, long rows, long bytes) {
        Reads plus(Reads other) {
            return new Reads(
                    table,
                    scans + other.scans,
                    rowsRead + other.rowsRead,
                    Math.max(rows, other.rows),
                    Math.max(bytes, other.bytes));
        }
    }

    @Inject
    CurrentTopology topology;

    /**
     * Asks the writer for the indexes, and every node that is up for what it uses.
     *
     * @throws NothingHappenedException when the writer does not answer
     */
    public IndexUsage usage() {
        Topology now = topology.get();
        String writer = AskedNode.of(now, Optional.empty());
        List<IndexUsage.Asked> asked = new ArrayList<>();
        List<String> notAsked = new ArrayList<>();
        Map<String, Long> scans = new HashMap<>();
        Map<String, Reads> reads = new HashMap<>();
        for (Node node : now.nodes()) {
            String name = node.id().name();
            try {
                if (!node.isUp()) {
                    notAsked.add(name);
                    continue;
                }
                asked.add(database(name).with(connection -> ask(connection, name, scans, reads)));
            } catch (SQLException unanswered) {
                LOG.log(Level.FINE, unanswered, () -> name + " did not tell what it uses");
                notAsked.add(name);
            }
        }
        try {
            List<IndexAdvice> advice = new ArrayList<>(database(writer).with(connection -> advice(connection, scans)));
            reads.values().stream()
                    .filter(Indexes::isReadWhole)
                    .map(Indexes::missing)
                    .forEach(advice::add);
            advice.sort(Comparator.comparingLong(IndexAdvice::bytes).reversed());
            return new IndexUsage(asked, notAsked, advice);
        } catch (SQLException failure) {
            throw new NothingHappenedException(ErrorCategory.CONNECTION, writer + " could not be asked", failure);
        }
    }

    private static Database database(String node) {
        return Database.named("jdbc/" + node);
    }

    private static IndexUsage.Asked ask(
            Connection connection, String node, Map<String, Long> scans, Map<String, Reads> reads) throws SQLException {
        Database.all(connection, row -> scans.merge(row.getString(1), row.getLong(2), Long::sum), SCANS);
        Database.all(
                connection,
                row -> reads.merge(
                        row.getString(1),
                        new Reads(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)),
                        Reads::plus),
                READS);
        return new IndexUsage.Asked(
                node,
                Database.first(connection, row -> row.getObject(1, OffsetDateTime.class), SINCE)
                        .map(OffsetDateTime::toInstant)
                        .orElse(null));
    }

    private static List<IndexAdvice> advice(Connection connection, Map<String, Long> scans) throws SQLException {
        List<IndexAdvice> advice = new ArrayList<>();
        Map<String, String> shapes = new HashMap<>();
        List<Index> indexes = Database.all(
                connection,
                row -> new Index(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getString(6)),
                STRUCTURE);
        for (Index index : indexes) {
            String first = index.shape == null ? null : shapes.putIfAbsent(index.shape, index.name);
            if (!index.isValid) {
                advice.add(of(IndexAdvice.Kind.INVALID, index, "drop it and build it again"));
            } else if (first != null) {
                advice.add(of(IndexAdvice.Kind.DUPLICATE, index, "as " + first));
            } else if (!index.isUnique && scans.getOrDefault(index.name, 0L) == 0) {
                advice.add(of(IndexAdvice.Kind.UNUSED, index, "not searched by any node that was asked"));
            }
        }
        advice.addAll(Database.all(
                connection,
                row -> new IndexAdvice(
                        IndexAdvice.Kind.FOREIGN_KEY,
                        row.getString(1),
                        null,
                        row.getLong(4),
                        row.getString(2) + " (" + row.getString(5) + ") refers to " + row.getString(3)),
                FOREIGN_KEYS));
        return advice;
    }

    private static IndexAdvice of(IndexAdvice.Kind kind, Index index, String detail) {
        return new IndexAdvice(kind, index.table, index.name, index.bytes, detail);
    }

    private static boolean isReadWhole(Reads reads) {
        return reads.rows >= LARGE_ROWS && reads.scans >= READ_OFTEN && reads.rowsRead / reads.scans >= LARGE_ROWS;
    }

    private static IndexAdvice missing(Reads reads) {
        return new IndexAdvice(
                IndexAdvice.Kind.MISSING,
                reads.table,
                null,
                reads.bytes,
                "read as a whole " + reads.scans + " times, " + reads.rowsRead / reads.scans + " rows each time");
    }
}
