package org.holdfast.memory;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.JdbcWork;

/** Finds memories by vectors that callers make. Nothing of it is kept in the cache: such questions hardly come twice. */
@Dependent
public class NearestMemories {
    // By the vector index, where the scope is large.
    private static final String BY_INDEX = """
            select c.id, c.distance from memory.search_candidates(null, ?::real[]::vector, ?, ?, ?, ?::text[], ?, ?, ?) c
            order by c.distance, c.id""";

    private final ConnectionManager connections;

    @Inject
    NearestMemories(ConnectionManager connections) {
        this.connections = connections;
    }

    /** The nearest memories, the nearest first. With a filter the whole scope is compared. */
    public List<NearMemory> find(NearQuery query) {
        return connections.read(session -> JdbcWork.run(session, connection -> {
            Map<UUID, Double> distances =
                    query.filter().isPresent() ? byComparison(connection, query) : byIndex(connection, query);
            List<UUID> ids = List.copyOf(distances.keySet());
            Map<UUID, List<Float>> embeddings = embeddings(connection, ids);
            return MemoryReader.byIds(connection, ids).stream()
                    .map(memory -> new NearMemory(
                            1 - Objects.requireNonNull(distances.get(memory.id())),
                            memory,
                            Objects.requireNonNull(embeddings.get(memory.id()))))
                    .toList();
        }));
    }

    private static Map<UUID, Double> byIndex(Connection connection, NearQuery query) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(BY_INDEX)) {
            select.setObject(1, query.embedding().vector());
            select.setObject(2, query.scope().agentId().orElse(null));
            select.setString(3, query.scope().conversation().orElse(null));
            select.setString(4, query.scope().kind().orElse(null));
            select.setArray(5, connection.createArrayOf("text", query.tags().toArray()));
            select.setInt(6, query.limit());
            select.setInt(7, query.quality().efSearch());
            select.setBoolean(8, query.withSuperseded());
            return distances(select);
        }
    }

    private static Map<UUID, Double> byComparison(Connection connection, NearQuery query) throws SQLException {
        MemorySelection selection = MemorySelection.of(query.scope());
        query.filter().ifPresent(selection::matching);
        selection.tagged(query.tags());
        selection.living(query.withSuperseded());
        try (PreparedStatement select = connection.prepareStatement("select m.id, m.embedding <=> ?::real[]::vector"
                + MemorySelection.FROM + selection.where() + " order by 2, 1 limit ?")) {
            select.setObject(1, query.embedding().vector());
            int next = selection.bind(connection, select, 2);
            select.setInt(next, query.limit());
            return distances(select);
        }
    }

    private static Map<UUID, Double> distances(PreparedStatement select) throws SQLException {
        Map<UUID, Double> distances = new LinkedHashMap<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                distances.put(row.getObject(1, UUID.class), row.getDouble(2));
            }
        }
        return distances;
    }

    private static Map<UUID, List<Float>> embeddings(Connection connection, List<UUID> ids) throws SQLException {
        Map<UUID, List<Float>> embeddings = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select m.id, m.embedding::real[] from memory.memory m where m.id = any (?::uuid[])")) {
            select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    embeddings.put(row.getObject(1, UUID.class), List.of((Float[])
                            row.getArray(2).getArray()));
                }
            }
        }
        return embeddings;
    }
}
