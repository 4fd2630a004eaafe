package org.holdfast.memory;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.cache.QueryTag;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.repository.RepositoryFactory;
import org.jspecify.annotations.Nullable;

/** Finds memories by words and by meaning. */
@Dependent
public class MemorySearch {
    // Of each list. More than this adds nothing to the first twenty.
    private static final int HYBRID_CANDIDATES = 100;
    private static final String CANDIDATES = """
            select c.id, c.lexical, c.distance, m.conversation_id, m.turn
            from memory.search_candidates(?, ?::real[]::vector, ?, ?, ?, ?::text[], ?, ?, ?) c
                 join memory.memory m on m.id = c.id""";

    private final ConnectionManager connections;
    private final Embedder embedder;
    private final RepositoryFactory repositories;

    @Inject
    MemorySearch(ConnectionManager connections, Embedder embedder, RepositoryFactory repositories) {
        this.connections = connections;
        this.embedder = embedder;
        this.repositories = repositories;
    }

    /** The best memories, the best first. None when a search by words has only stop words to look for. */
    public List<FoundMemory> find(MemoryQuery query) {
        if (query.isExplained()) {
            float @Nullable [] vector = vector(query);
            return connections.read(session -> find(session, query, vector));
        }
        List<@Nullable Object> key = key(query);
        QueryTag tag = MemoryTags.of(query.agentId());
        // Before the text is embedded, because that takes longer than anything else here.
        return connections
                .read(session -> repositories.kept(session, MemoryResults.SEARCH, key, tag))
                .orElseGet(() -> {
                    float @Nullable [] vector = vector(query);
                    return connections.read(session -> repositories.results(
                            session, MemoryResults.SEARCH, key, tag, () -> find(session, query, vector)));
                });
    }

    private float @Nullable [] vector(MemoryQuery query) {
        return query.mode() == SearchMode.text ? null : embedder.embed(query.text());
    }

    private static List<FoundMemory> find(EntityManager session, MemoryQuery query, float @Nullable [] vector) {
        return JdbcWork.run(session, connection -> {
            Map<UUID, Fusion.Ranked> best =
                    Fusion.best(candidates(connection, query, vector), query.mode(), query.limit());
            return MemoryReader.byIds(connection, List.copyOf(best.keySet())).stream()
                    .map(memory -> Objects.requireNonNull(best.get(memory.id())).of(memory, query.isExplained()))
                    .toList();
        });
    }

    /** All that the answer depends on besides the memories. */
    private static List<@Nullable Object> key(MemoryQuery query) {
        return Arrays.asList(
                query.text(),
                query.agentId().orElse(null),
                query.kind().orElse(null),
                query.conversation().orElse(null),
                query.tags().stream().sorted().toArray(),
                query.limit(),
                query.quality().name(),
                query.mode().name(),
                query.withSuperseded());
    }

    private static List<Fusion.Candidate> candidates(
            Connection connection, MemoryQuery query, float @Nullable [] vector) throws SQLException {
        boolean isHybrid = query.mode() == SearchMode.hybrid;
        List<Fusion.Candidate> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(CANDIDATES)) {
            select.setString(1, query.mode() == SearchMode.vector ? null : query.text());
            select.setObject(2, vector);
            select.setObject(3, query.agentId().orElse(null));
            select.setString(4, query.conversation().orElse(null));
            select.setString(5, query.kind().orElse(null));
            select.setArray(6, connection.createArrayOf("text", query.tags().toArray()));
            select.setInt(7, isHybrid ? Math.max(HYBRID_CANDIDATES, query.limit()) : query.limit());
            select.setInt(8, query.quality().efSearch());
            select.setBoolean(9, query.withSuperseded());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    int turn = row.getInt(5);
                    Optional<Fusion.Place> place = row.wasNull()
                            ? Optional.empty()
                            : Optional.of(new Fusion.Place(row.getObject(4, UUID.class), turn));
                    found.add(new Fusion.Candidate(
                            row.getObject(1, UUID.class), place, row.getDouble(2), row.getDouble(3)));
                }
            }
        }
        return found;
    }
}
