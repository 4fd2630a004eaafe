package org.holdfast.memory;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.holdfast.cache.QueryTag;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.RefusedException;
import org.holdfast.idempotency.IdempotentWrites;
import org.holdfast.model.TenantEntity;
import org.holdfast.model.memory.Memory;
import org.holdfast.repository.Parts;
import org.holdfast.repository.RepositoryFactory;
import org.jspecify.annotations.Nullable;

/** The tenant's memories, one by one. */
@Dependent
public class Memories {
    /** As many rows as one transaction removes without holding others up for long. */
    private static final int FORGOTTEN_MAX = 1_000;

    private final ConnectionManager connections;
    private final IdempotentWrites writes;
    private final DatabaseCall call;
    private final Embedder embedder;
    private final RepositoryFactory repositories;
    private final InstantSource clock;
    private final MemoryConfig config;

    @Inject
    Memories(
            ConnectionManager connections,
            IdempotentWrites writes,
            DatabaseCall call,
            Embedder embedder,
            RepositoryFactory repositories,
            InstantSource clock,
            MemoryConfig config) {
        this.connections = connections;
        this.writes = writes;
        this.call = call;
        this.embedder = embedder;
        this.repositories = repositories;
        this.clock = clock;
        this.config = config;
    }

    /** How many numbers a vector has that callers bring. */
    public int dimensions() {
        return config.model().dimensions();
    }

    /**
     * Keeps a memory; makes its conversation and tags where they are missing. Under a key that is there that memory says it from now
     * on, and one that says the same already is counted: the answer is that one, as it is now.
     *
     * @return empty when the memory that it supersedes is not there
     * @throws RefusedException (validation) when there is no such agent or it has expired, (conflict) when its turn or its id is
     *     taken, or the other memory cannot be superseded
     */
    public Optional<MemoryView> create(MemoryDraft draft) {
        UUID tenant = call.options().tenant().orElseThrow();
        if (draft.embedding().isPresent()) {
            return store(tenant, draft, draft.embedding().get().vector(), session -> {});
        }
        return embedder.withModel(tenant, model -> {
            float[] vector = embedder.embed(model, EmbeddedText.of(draft.text(), draft.at()));
            return store(tenant, draft, vector, session -> embedder.hold(session, tenant, model));
        });
    }

    private Optional<MemoryView> store(
            UUID tenant, MemoryDraft draft, float[] vector, Consumer<EntityManager> beforeAll) {
        UUID id = draft.id().orElseGet(TenantEntity::newId);
        Instant now = now();
        return writes.writeIfThere(MemoryView.class, session -> {
            beforeAll.accept(session);
            draft.requireFuture(now);
            UUID agent = JdbcWork.run(
                    session,
                    connection -> AgentLookup.of(connection, Set.of(draft)).agentOf(draft));
            MemoryKeeper keeper = new MemoryKeeper(repositories, session, tenant, now);
            Optional<Memory> former =
                    draft.life().supersedes().flatMap(superseded -> keeper.toBeSuperseded(superseded, agent));
            if (former.isEmpty() && draft.life().supersedes().isPresent()) {
                return Optional.empty();
            }
            // First: its text, or its key, may be that of the new one.
            former.ifPresent(memory -> keeper.supersede(memory, id));
            UUID kept = keep(keeper, new NewMemory(id, agent, draft, vector));
            former.filter(memory -> !kept.equals(id)).ifPresent(memory -> keeper.supersede(memory, kept));
            MemoryView view = read(session, kept)
                    .orElseThrow(
                            () -> MemoryDraft.expired(draft.life().expiresAt().orElse(now)));
            return Optional.of(view);
        });
    }

    private static UUID keep(MemoryKeeper keeper, NewMemory memory) {
        MemoryDraft draft = memory.draft();
        Kept kept = keeper.keep(List.of(memory)).get(memory.id());
        if (kept == null) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT,
                    draft.id().isPresent()
                            ? "a memory with that id, or that turn, exists already"
                            : "turn " + draft.turn().orElse(0) + " of that conversation exists already");
        }
        return kept.id();
    }

    public Optional<MemoryView> get(UUID id) {
        return connections.read(session -> read(session, id));
    }

    /**
     * The page after {@code after}, at most {@code max}.
     *
     * @param withSuperseded whether memories are in it too that others have superseded
     */
    public List<MemoryView> list(
            MemoryFilter filter, boolean withSuperseded, MemoryOrder order, Optional<MemoryPosition> after, int max) {
        List<@Nullable Object> key = Arrays.asList(
                filter.agentId().orElse(null),
                filter.conversation().orElse(null),
                filter.kind().orElse(null),
                filter.key().orElse(null),
                withSuperseded,
                order.name(),
                after.map(MemoryPosition::turn).orElse(null),
                after.map(MemoryPosition::id).orElse(null),
                max);
        return connections.read(session -> repositories.results(
                session,
                MemoryResults.LIST,
                key,
                MemoryTags.of(filter.agentId()),
                () -> JdbcWork.run(
                        session,
                        connection -> MemoryReader.page(connection, filter, withSuperseded, order, after, max))));
    }

    /**
     * Replaces what a memory says; what it said before stays in the audit trail. Empty when it is not there.
     *
     * @param check sees the version that is about to change, and may throw to leave it as it is
     * @throws RefusedException (conflict) when its text was changed by somebody else just now
     */
    public Optional<MemoryView> replace(UUID id, MemoryChange change, LongConsumer check) {
        UUID tenant = call.options().tenant().orElseThrow();
        Optional<String> text = get(id).filter(before -> !before.text().equals(change.text()))
                .map(before -> EmbeddedText.of(change.text(), before.at(), before.createdAt()));
        if (text.isEmpty()) {
            return replace(tenant, id, change, check, Optional.empty(), session -> {});
        }
        return embedder.withModel(tenant, model -> {
            // Before the session, in which others would wait for the memory as long as the embedding takes.
            float[] vector = embedder.embed(model, text.get());
            return replace(
                    tenant, id, change, check, Optional.of(vector), session -> embedder.hold(session, tenant, model));
        });
    }

    private Optional<MemoryView> replace(
            UUID tenant,
            UUID id,
            MemoryChange change,
            LongConsumer check,
            Optional<float[]> vector,
            Consumer<EntityManager> beforeAll) {
        Instant now = now();
        return writes.writeIfThere(MemoryView.class, session -> {
            beforeAll.accept(session);
            MemoryKeeper keeper = new MemoryKeeper(repositories, session, tenant, now);
            Optional<Memory> found = repositories
                    .of(session, Memory.class)
                    .locked(id)
                    .filter(memory -> MemoryKeeper.isThere(session, memory));
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Memory memory = found.get();
            check.accept(memory.version());
            if (!memory.text().equals(change.text())) {
                memory.rewrite(
                        change.text(),
                        vector.orElseThrow(() -> new RefusedException(
                                ErrorCategory.CONFLICT, "it was changed by somebody else meanwhile; read it again")),
                        now);
                memory.countedAs()
                        .ifPresent(counted -> memory.countAs(
                                keeper.countedAs(memory, change.text()).orElse(null)));
            }
            memory.annotate(change.metadata().text(), now);
            memory.tag(keeper.tags(change.tags()));
            session.flush();
            Optional<MemoryView> replaced = read(session, id);
            replaced.ifPresent(view -> repositories.changed(session, Parts.memoriesOf(view.agentId())));
            return replaced;
        });
    }

    /**
     * Removes a memory; what it said stays in the audit trail. False when it is not there.
     *
     * @param check sees the version that is about to go, and may throw to leave it as it is
     */
    public boolean delete(UUID id, LongConsumer check) {
        return writes.writeIfThere(
                        UUID.class,
                        session -> repositories
                                .of(session, Memory.class)
                                .locked(id)
                                .filter(memory -> MemoryKeeper.isThere(session, memory))
                                .map(memory -> {
                                    check.accept(memory.version());
                                    repositories.changed(
                                            session,
                                            Parts.memoriesOf(memory.agent().id()));
                                    session.remove(memory);
                                    JdbcWork.run(session, connection -> MemoryVectors.forget(connection, Set.of(id)));
                                    return id;
                                }))
                .isPresent();
    }

    /**
     * Removes memories, at most {@value #FORGOTTEN_MAX}, in the order of their list; what they said stays in the audit trail.
     *
     * @throws RefusedException (validation) when the filter means everything
     */
    public Forgotten deleteMany(MemoryFilter filter) {
        return deleteMany(filter, Optional.empty(), Optional.empty());
    }

    /**
     * Removes memories as above, those of some keys, or with some metadata, or both.
     *
     * @throws RefusedException (validation) when everything is meant
     */
    public Forgotten deleteMany(MemoryFilter filter, Optional<Set<UUID>> ids, Optional<MetadataFilter> metadata) {
        if (filter.isEmpty() && ids.isEmpty() && metadata.isEmpty()) {
            throw new RefusedException(
                    ErrorCategory.VALIDATION,
                    "all memories would be removed: name agentId, conversation or kind, or several of them");
        }
        MemorySelection selection = MemorySelection.of(filter);
        ids.ifPresent(selection::among);
        metadata.ifPresent(selection::matching);
        return writes.write(Forgotten.class, session -> {
            Map<UUID, UUID> found = JdbcWork.run(
                    session,
                    connection -> MemoryReader.agentsOf(connection, selection, filter.order(), FORGOTTEN_MAX + 1));
            List<UUID> leaving = found.keySet().stream().limit(FORGOTTEN_MAX).toList();
            if (leaving.isEmpty()) {
                return new Forgotten(0, false);
            }
            repositories.changed(
                    session,
                    found.values().stream().distinct().map(Parts::memoriesOf).toArray(QueryTag[]::new));
            int deleted = session.createQuery("delete from Memory m where m.id in :ids")
                    .setParameter("ids", leaving)
                    .executeUpdate();
            JdbcWork.run(session, connection -> MemoryVectors.forget(connection, leaving));
            return new Forgotten(deleted, found.size() > leaving.size());
        });
    }

    /**
     * What a memory said before, from version {@code from} on, at most {@code max}; also of one that was removed. Empty when
     * there never was such a memory.
     */
    public Optional<List<RevisionView>> history(UUID id, long from, int max) {
        return connections.read(session -> {
            List<RevisionView> revisions =
                    JdbcWork.run(session, connection -> MemoryHistory.page(connection, id, from, max));
            // A removed memory has at least the revision of its removal, but perhaps not on this page.
            return revisions.isEmpty() && from == 0 && read(session, id).isEmpty()
                    ? Optional.empty()
                    : Optional.of(revisions);
        });
    }

    private static Optional<MemoryView> read(EntityManager session, UUID id) {
        return JdbcWork.run(session, connection -> MemoryReader.byIds(connection, List.of(id))).stream()
                .findFirst();
    }

    // In the grain that PostgreSQL keeps, so that what the caller is told is what is read back.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
