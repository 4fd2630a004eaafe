package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The steps of a change of the model, of all tenants; each is a function of the schema, which decides whether it may be. */
final class ModelMoves {
    private static final String ROWS_ESTIMATE = """
            select coalesce(sum(greatest(l.reltuples, 0)), 0)::bigint from pg_class l
            where l.relkind = 'r' and coalesce(pg_partition_root(l.oid), l.oid) = 'memory.memory'::regclass""";

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private ModelMoves() {}

    /** Another model is to take the place, unless one does already. */
    static boolean begin(Connection connection, String model) throws SQLException {
        return first(connection, "select memory.begin_embedding_model(?)", model, row -> true);
    }

    /** The next tenant's turn, where it was that of {@code done} until now; or the end, where there is none. */
    static boolean move(Connection connection, Optional<UUID> done) throws SQLException {
        return first(connection, "select memory.move_embedding_model(?)", done.orElse(null), row -> true);
    }

    /** Removes waiting vectors whose tenants have had their turn. Tells how many. */
    static int drop(Connection connection, int max) throws SQLException {
        return first(connection, "select memory.drop_next_embeddings(?)", max, row -> row.getInt(1));
    }

    /** The first tenant with memories; empty when there is none. */
    static Optional<UUID> tenantAfter(Connection connection, Optional<UUID> after) throws SQLException {
        return first(
                connection,
                "select memory.tenant_with_memories(?)",
                after.orElse(null),
                row -> Optional.ofNullable(row.getObject(1, UUID.class)));
    }

    /** How many memories there are, by PostgreSQL's estimate. */
    static long memories(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ROWS_ESTIMATE);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static <T> T first(Connection connection, String question, @Nullable Object parameter, Reading<T> reading)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(question)) {
            select.setObject(1, parameter);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return reading.of(row);
            }
        }
    }
}
