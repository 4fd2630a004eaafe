package org.holdfast.memory;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.JdbcWork;
import org.holdfast.repository.RepositoryFactory;
import org.jspecify.annotations.Nullable;

/** Puts what is remembered about a question together, within a number of tokens. */
@Dependent
public class MemoryContexts {
    /** How many memories to look for: as many as a search answers at most. Further ones would hardly be about the question. */
    public static final int FINDS = 100;

    private final MemorySearch search;
    private final ConnectionManager connections;
    private final RepositoryFactory repositories;
    private final TokenCounter counter;

    @Inject
    MemoryContexts(
            MemorySearch search, ConnectionManager connections, RepositoryFactory repositories, TokenCounter counter) {
        this.search = search;
        this.connections = connections;
        this.repositories = repositories;
        this.counter = counter;
    }

    /** The context, which has at most so many tokens; an empty one when nothing is found that fits. */
    public MemoryContext build(MemoryQuery query, int tokens) {
        FoundMemories found = search.find(query);
        MemoryContext built =
                ContextBuilder.build(found.memories(), around(query, found.memories()), tokens, counter::count);
        return found.isDegraded() ? built.degraded() : built;
    }

    // Of the scope too: who asks for one tag does not want to read what was left untagged next to it.
    private List<MemoryView> around(MemoryQuery query, List<FoundMemory> found) {
        List<UUID> turns = found.stream()
                .filter(memory -> memory.turn() != null)
                .map(FoundMemory::id)
                .sorted()
                .toList();
        if (turns.isEmpty()) {
            return List.of();
        }
        List<@Nullable Object> key = Arrays.asList("around", query.agentId().orElse(null), turns.toArray());
        return connections
                .read(session -> repositories.results(
                        session,
                        MemoryResults.LIST,
                        key,
                        MemoryTags.of(query.agentId()),
                        () -> JdbcWork.run(session, connection -> MemoryReader.around(connection, turns))))
                .stream()
                .filter(memory ->
                        query.kind().filter(kind -> !kind.equals(memory.kind())).isEmpty()
                                && (query.withSuperseded() || memory.supersededBy() == null)
                                && memory.tags().containsAll(query.tags()))
                .toList();
    }
}
