package org.holdfast.vector;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.holdfast.jdbc.Database;
import org.holdfast.job.JobWatch;

/**
 * How much of the nearest ten an index finds, against comparing every row that belongs into it, for stored vectors.
 *
 * @param recall 0 to 1
 * @param vectors for how many
 */
record Recall(double recall, int vectors) {
    private static final Logger LOG = Logger.getLogger(Recall.class.getName());
    private static final String CANCELLED = "57014";
    private static final int SAMPLE = 50;
    private static final int NEAREST = 10;
    // As a search of quality BALANCED.
    private static final int EF_SEARCH = 100;
    private static final Duration MEASURED_WITHIN = Duration.ofSeconds(20);
    // Rows that are equally near are equally good.
    private static final double AS_NEAR = 1e-6;
    // Some forty times the sample are drawn, and the sample from these: else it would be the table's oldest rows.
    private static final double DRAWN = 100.0 * 40 * SAMPLE;

    /** A stored vector, and the partition or table that has it: a search asks the index of its tenant's. */
    private record Stored(VectorTables.Part part, String vector) {}

    /** Empty where the table has no index that searches can use, or hardly a row, or too many to be compared in time. */
    static Optional<Recall> measure(Database head, String table, JobWatch watch) throws SQLException {
        boolean isThere = head.with(connection -> isThere(connection, table));
        if (!isThere) {
            return Optional.empty();
        }
        try {
            return head.inTransaction(connection -> measure(connection, table, watch));
        } catch (SQLException failure) {
            if (!CANCELLED.equals(failure.getSQLState())) {
                throw failure;
            }
            LOG.log(Level.INFO, "the recall of {0} was not measured: comparing its rows takes too long", table);
            return Optional.empty();
        }
    }

    private static boolean isThere(Connection connection, String table) throws SQLException {
        for (VectorTables.Part part : VectorTables.parts(connection, table)) {
            if (VectorTables.present(connection, part.name()).stream()
                    .anyMatch(index -> index.isValid() && index.isFitting())) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Recall> measure(Connection connection, String table, JobWatch watch) throws SQLException {
        Map<String, VectorTables.Part> parts = VectorTables.parts(connection, table).stream()
                .collect(Collectors.toMap(VectorTables.Part::name, part -> part));
        long rows = parts.values().stream().mapToLong(VectorTables.Part::rows).sum();
        List<Stored> vectors = Database.all(
                connection,
                row -> new Stored(
                        Optional.ofNullable(parts.get(row.getString(1))).orElseThrow(), row.getString(2)),
                "select s.part::text, s.embedding::text from (select tableoid::regclass as part, embedding from "
                        + table + " tablesample bernoulli (?::float4)) s order by random() limit " + SAMPLE,
                Math.min(100, DRAWN / Math.max(1, rows)));
        Database.script(
                connection,
                "set local enable_seqscan = off; set local hnsw.ef_search = " + EF_SEARCH
                        + "; set local statement_timeout = " + MEASURED_WITHIN.toMillis());
        long begun = System.nanoTime();
        int measured = 0;
        double found = 0;
        for (Stored vector : vectors) {
            watch.requireGoesOn();
            if (System.nanoTime() - begun > MEASURED_WITHIN.toNanos()) {
                break;
            }
            found += ofOne(connection, vector.part(), vector.vector());
            measured++;
        }
        return measured == 0 ? Optional.empty() : Optional.of(new Recall(found / measured, measured));
    }

    private static double ofOne(Connection connection, VectorTables.Part part, String vector) throws SQLException {
        String rows = part.name() + " m where " + Objects.requireNonNullElse(part.predicate(), "true");
        // No index is on the vectors themselves.
        List<Double> nearest = Database.all(
                connection,
                row -> row.getDouble(1),
                "select m.embedding operator(public.<=>) ?::public.vector from " + rows + " order by 1 limit "
                        + NEAREST,
                vector);
        List<Double> byIndex = Database.all(
                connection,
                row -> row.getDouble(1),
                "select n.embedding operator(public.<=>) ?::public.vector from (select m.embedding from " + rows
                        + " order by (m.embedding::public.halfvec(" + part.dimensions()
                        + ")) operator(public.<=>) ?::public.halfvec(" + part.dimensions() + ") limit " + NEAREST
                        + ") n",
                vector,
                vector);
        return nearest.isEmpty() ? 1 : share(nearest, byIndex);
    }

    /** How many of the nearest an answer has that may have others as near, by their distances. */
    static double share(List<Double> nearest, List<Double> answered) {
        double farthest = nearest.get(nearest.size() - 1) + AS_NEAR;
        long good = answered.stream().filter(distance -> distance <= farthest).count();
        return Math.min(1.0, (double) good / nearest.size());
    }
}
