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
import java.util.function.Supplier;
import org.holdfast.cache.QueryTag;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.repository.RepositoryFactory;
import org.jspecify.annotations.Nullable;

/** Finds memories by words and by meaning. */
@Dependent
public class MemorySearch {
    private static final float[] NO_VECTOR = {};
    // Of each list. More than this adds nothing to the first twenty.
    private static final int HYBRID_CANDIDATES = 100;
    // One more with each change of the ranking, here or in the database: answers that are kept outlive an update.
    private static final int RANKING = 1;
    // The query of the answer is in a statement of its own, so that it is made once, and PostgreSQL has no reason to
    // plan all of it
    // each time anew: as a plain expression it would be cheaper as a constant.
    private static final String CANDIDATES = """
            select c.id, c.lexical, c.distance, m.conversation_id, m.turn, length(m.text_search),
                   coalesce(m.text_search @@ (select to_tsquery('pg_catalog.english', ?)), false)
            from memory.search_candidates(?, ?::real[]::vector, ?, ?, ?, ?::text[], ?, ?, ?) c
                 join memory.memory m on m.id = c.id""";

    private final ConnectionManager connections;
    private final DatabaseCall call;
    private final Embedder embedder;
    private final StoredModel stored;
    private final RepositoryFactory repositories;

    @Inject
    MemorySearch(
            ConnectionManager connections,
            DatabaseCall call,
            Embedder embedder,
            StoredModel stored,
            RepositoryFactory repositories) {
        this.connections = connections;
        this.call = call;
        this.embedder = embedder;
        this.stored = stored;
        this.repositories = repositories;
    }

    /**
     * The best memories. None when a search by words has only stop words to look for.
     *
     * @throws NothingHappenedException (connection) when it is by meaning alone, and the tenant's vectors are being replaced
     */
    public FoundMemories find(MemoryQuery query) {
        if (query.mode() == SearchMode.text) {
            return new FoundMemories(find(query, "", () -> NO_VECTOR), false);
        }
        UUID tenant = call.options().tenant().orElseThrow();
        // What was seen last may be old, and says nothing for long.
        if (stored.state().isMixed(tenant) && stored.refreshed().isMixed(tenant)) {
            return byWordsAlone(query);
        }
        try {
            return embedder.withModel(
                    tenant,
                    model -> new FoundMemories(find(query, model, () -> embedder.embed(model, query.text())), false));
        } catch (NothingHappenedException failure) {
            // Its turn may have come just then.
            if (stored.state().isMixed(tenant)) {
                return byWordsAlone(query);
            }
            throw failure;
        }
    }

    // Not kept: in a moment the answer is another one.
    private FoundMemories byWordsAlone(MemoryQuery query) {
        if (query.mode() == SearchMode.vector) {
            throw Embedder.isChanging();
        }
        MemoryQuery words = query.byWords();
        return new FoundMemories(connections.read(session -> find(session, words, "", NO_VECTOR)), true);
    }

    private List<FoundMemory> find(MemoryQuery query, String model, Supplier<float[]> embedding) {
        if (query.isExplained()) {
            float[] vector = embedding.get();
            return connections.read(session -> find(session, query, model, vector));
        }
        List<@Nullable Object> key = key(query, model);
        QueryTag tag = MemoryTags.of(query.agentId());
        // Before the text is embedded, because that takes longer than anything else here.
        return connections
                .read(session -> repositories.kept(session, MemoryResults.SEARCH, key, tag))
                .orElseGet(() -> {
                    float[] vector = embedding.get();
                    return connections.read(session -> repositories.results(
                            session, MemoryResults.SEARCH, key, tag, () -> find(session, query, model, vector)));
                });
    }

    private List<FoundMemory> find(EntityManager session, MemoryQuery query, String model, float[] vector) {
        return JdbcWork.run(session, connection -> {
            List<Fusion.Candidate> candidates = query.mode() == SearchMode.text
                    ? byWords(connection, query)
                    : ofOneModel(connection, query, model, vector);
            Map<UUID, Fusion.Ranked> best = Fusion.best(candidates, query.mode(), query.limit());
            return MemoryReader.byIds(connection, List.copyOf(best.keySet())).stream()
                    .map(memory -> Objects.requireNonNull(best.get(memory.id())).of(memory, query.isExplained()))
                    .toList();
        });
    }

    private static List<Fusion.Candidate> byWords(Connection connection, MemoryQuery query) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(CANDIDATES)) {
            bind(select, connection, query, null);
            try (ResultSet rows = select.executeQuery()) {
                return candidates(rows);
            }
        }
    }

    // The model is looked at before, in the same round trip, and while a change is under way afterwards too: it goes in
    // one
    // direction, so that what is the same before and after was so in between.
    private List<Fusion.Candidate> ofOneModel(Connection connection, MemoryQuery query, String model, float[] vector)
            throws SQLException {
        UUID tenant = call.options().tenant().orElseThrow();
        try (PreparedStatement select = connection.prepareStatement(StoredModel.SELECT + ";" + CANDIDATES)) {
            bind(select, connection, query, vector);
            select.execute();
            boolean isChanging;
            try (ResultSet answer = select.getResultSet()) {
                isChanging = stored.require(answer, tenant, model);
            }
            select.getMoreResults();
            try (ResultSet rows = select.getResultSet()) {
                List<Fusion.Candidate> candidates = candidates(rows);
                if (isChanging) {
                    stored.require(connection, tenant, model);
                }
                return candidates;
            }
        }
    }

    /** All that the answer depends on besides the memories. */
    private static List<@Nullable Object> key(MemoryQuery query, String model) {
        return Arrays.asList(
                RANKING,
                query.text(),
                model,
                query.agentId().orElse(null),
                query.kind().orElse(null),
                query.conversation().orElse(null),
                query.tags().stream().sorted().toArray(),
                query.limit(),
                query.quality().name(),
                query.mode().name(),
                query.withSuperseded());
    }

    private static void bind(
            PreparedStatement select, Connection connection, MemoryQuery query, float @Nullable [] vector)
            throws SQLException {
        boolean isHybrid = query.mode() == SearchMode.hybrid;
        select.setString(1, isHybrid ? ExpectedAnswer.words(query.text()).orElse(null) : null);
        select.setString(2, query.mode() == SearchMode.vector ? null : query.text());
        select.setObject(3, vector);
        select.setObject(4, query.agentId().orElse(null));
        select.setString(5, query.conversation().orElse(null));
        select.setString(6, query.kind().orElse(null));
        select.setArray(7, connection.createArrayOf("text", query.tags().toArray()));
        select.setInt(8, isHybrid ? Math.max(HYBRID_CANDIDATES, query.limit()) : query.limit());
        select.setInt(9, query.quality().efSearch());
        select.setBoolean(10, query.withSuperseded());
    }

    private static List<Fusion.Candidate> candidates(ResultSet row) throws SQLException {
        List<Fusion.Candidate> found = new ArrayList<>();
        while (row.next()) {
            int turn = row.getInt(5);
            // Keys are cast, as the server's pool looks up by reflection, each time anew, what is asked for by its
            // class.
            Optional<Fusion.Place> place =
                    row.wasNull() ? Optional.empty() : Optional.of(new Fusion.Place((UUID) row.getObject(4), turn));
            found.add(new Fusion.Candidate(
                    (UUID) row.getObject(1),
                    place,
                    row.getInt(6),
                    row.getBoolean(7),
                    row.getDouble(2),
                    row.getDouble(3)));
        }
        return found;
    }
}
