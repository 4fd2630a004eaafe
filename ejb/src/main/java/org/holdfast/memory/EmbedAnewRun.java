package org.holdfast.memory;

import jakarta.persistence.EntityManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.holdfast.cache.QueryTag;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.Durability;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionOptions;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.job.JobWatch;
import org.holdfast.model.memory.Memory;
import org.holdfast.repository.Parts;
import org.holdfast.repository.RepositoryFactory;

/**
 * Gives all memories vectors of another model, from where an earlier run was. First these are made, and lie beside, while everything
 * goes on with the present ones. Then each tenant has its turn: what it has got meanwhile is embedded, and its vectors are replaced, in
 * chunks; from then on it is searched and written with the new model. Where it is, the databases say: a run that ended anywhere goes on
 * when all is looked at again. For one thread.
 */
final class EmbedAnewRun {
    // Texts that are held, and embedded, at a time.
    private static final int TEXTS = 200;
    // Rows are locked meanwhile, and each goes into a vector index.
    private static final int ROWS = 100;
    private static final int DROPPED_AT_ONCE = 1_000;
    private static final int FEW = 100;
    private static final int PASSES_MAX = 5;
    private final ConnectionManager connections;
    private final RepositoryFactory repositories;
    private final Embedder embedder;
    private final StoredModel stored;
    private final JobWatch watch;
    private long embedded;
    private long replaced;
    private long done;
    private long total;

    EmbedAnewRun(
            ConnectionManager connections,
            RepositoryFactory repositories,
            Embedder embedder,
            StoredModel stored,
            JobWatch watch) {
        this.connections = connections;
        this.repositories = repositories;
        this.embedder = embedder;
        this.stored = stored;
        this.watch = watch;
    }

    /** How many texts it has embedded, and vectors it has replaced; also after a failure. */
    long moved() {
        return embedded + replaced;
    }

    /**
     * Does what is left.
     *
     * @param lock keeps others from the same
     * @return what was done, for people
     * @throws org.holdfast.job.JobInterruptedException when it is to go on later
     */
    String run(String model, SessionLock lock) throws SQLException {
        ModelState state = begun(model);
        // Of the two parts of the work; reading does not move it.
        total = 2 * connections.read(strong(Optional.empty()), session -> JdbcWork.run(session, ModelMoves::memories));
        progress(0);
        if (state.isChanging() && state.at().isEmpty()) {
            embedAll(model, lock);
        }
        while (state.isChanging()) {
            lock.requireHeld();
            state = turn(state, model, lock);
        }
        drop();
        return "the vectors are of the model '" + model + "' now: " + embedded + " texts were embedded";
    }

    private ModelState begun(String model) {
        connections.write(
                SessionOptions.anonymous(),
                session -> JdbcWork.run(session, connection -> ModelMoves.begin(connection, model)));
        ModelState state = stored.ofTheWriter();
        if (state.isChanging()
                ? !state.next().equals(Optional.of(model))
                : !state.name().equals(model)) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT,
                    "the vectors are being replaced by those of '"
                            + state.next().orElse(state.name()) + "' already, which must come to its end first");
        }
        return state;
    }

    // Until so little is missing that turns are not longer for it. What is written while others have theirs is embedded
    // in the turn: to embed ahead in between would keep the tenant waiting that has been served.
    private void embedAll(String model, SessionLock lock) throws SQLException {
        IntConsumer looked = this::progress;
        for (int pass = 1; pass <= PASSES_MAX; pass++) {
            int made = 0;
            for (Optional<UUID> tenant = next(Optional.empty()); tenant.isPresent(); tenant = next(tenant)) {
                made += embedMissing(tenant.get(), model, lock, looked);
            }
            if (made <= FEW) {
                return;
            }
            looked = again -> {};
        }
    }

    // The one whose turn it is, if any, to its end; then the next one's turn begins.
    private ModelState turn(ModelState state, String model, SessionLock lock) throws SQLException {
        if (state.at().isPresent()) {
            UUID tenant = state.at().get();
            watch.says("replaces the vectors of tenant " + tenant);
            embedMissing(tenant, model, lock, looked -> {});
            replace(tenant, model, lock);
        }
        connections.write(
                SessionOptions.anonymous(),
                session -> JdbcWork.run(session, connection -> ModelMoves.move(connection, state.at())));
        drop();
        return stored.ofTheWriter();
    }

    // Tells how many it has embedded. That goes on outside of sessions: it would hold a connection meanwhile.
    private int embedMissing(UUID tenant, String model, SessionLock lock, IntConsumer looked) throws SQLException {
        int made = 0;
        UUID after = WaitingVectors.FIRST;
        while (true) {
            watch.requireGoesOn();
            UUID from = after;
            WaitingVectors.Window window = connections.read(
                    strong(Optional.of(tenant)),
                    session -> JdbcWork.run(
                            session, connection -> WaitingVectors.window(connection, tenant, model, from, TEXTS)));
            if (window.last().isEmpty()) {
                return made;
            }
            if (!window.missing().isEmpty()) {
                watch.says("embeds memories of tenant " + tenant + " with the model '" + model + "'");
                List<float[]> vectors = vectors(model, window.missing());
                lock.requireHeld();
                connections.write(
                        working(tenant),
                        session -> JdbcWork.run(
                                session,
                                connection ->
                                        WaitingVectors.add(connection, tenant, model, window.missing(), vectors)));
                made += window.missing().size();
                embedded += window.missing().size();
            }
            looked.accept(window.memories());
            after = window.last().get();
        }
    }

    private List<float[]> vectors(String model, List<WaitingVectors.Missing> missing) {
        try {
            return Embedder.await(embedder.embedAll(
                    model, missing.stream().map(WaitingVectors.Missing::text).toList()));
        } catch (RefusedException refused) {
            // Which of them it was is found out one by one.
            if (refused.category() == ErrorCategory.VALIDATION) {
                return missing.stream().map(one -> vector(model, one)).toList();
            }
            throw refused;
        }
    }

    private float[] vector(String model, WaitingVectors.Missing missing) {
        watch.requireGoesOn();
        try {
            return embedder.embed(model, missing.text());
        } catch (RefusedException refused) {
            throw new RefusedException(
                    refused.category(), "memory " + missing.memory() + ": " + refused.getMessage(), refused);
        }
    }

    private void replace(UUID tenant, String model, SessionLock lock) throws SQLException {
        UUID after = WaitingVectors.FIRST;
        while (true) {
            watch.requireGoesOn();
            lock.requireHeld();
            UUID from = after;
            WaitingVectors.Placed placed =
                    connections.write(working(tenant), session -> replaceSome(session, tenant, model, from));
            if (placed.last().isEmpty()) {
                return;
            }
            replaced += placed.changed();
            progress(placed.memories());
            after = placed.last().get();
        }
    }

    private WaitingVectors.Placed replaceSome(EntityManager session, UUID tenant, String model, UUID after) {
        WaitingVectors.Placed placed =
                JdbcWork.run(session, connection -> WaitingVectors.putInPlace(connection, tenant, model, after, ROWS));
        // What was found by the vectors of before is not answered any more.
        Set<QueryTag> tags = new HashSet<>();
        placed.agents().forEach(agent -> tags.add(Parts.memoriesOf(agent)));
        if (!tags.isEmpty()) {
            tags.add(QueryTag.of(Memory.class));
        }
        repositories.changed(session, tags.toArray(QueryTag[]::new));
        return placed;
    }

    private void drop() {
        int dropped = DROPPED_AT_ONCE;
        while (dropped == DROPPED_AT_ONCE) {
            watch.requireGoesOn();
            dropped = connections.write(
                    SessionOptions.anonymous(),
                    session -> JdbcWork.run(session, connection -> ModelMoves.drop(connection, DROPPED_AT_ONCE)));
        }
    }

    private Optional<UUID> next(Optional<UUID> after) {
        return connections.read(
                strong(Optional.empty()),
                session -> JdbcWork.run(session, connection -> ModelMoves.tenantAfter(connection, after)));
    }

    private void progress(int memories) {
        done += memories;
        watch.progress(done, Math.max(total, done));
    }

    // As the writer has it: what a replica lacks would be taken for done.
    private static SessionOptions strong(Optional<UUID> tenant) {
        return new SessionOptions(tenant, "system", Consistency.strong, Optional.empty(), Durability.local);
    }

    // Not faster than the other cluster takes it in: its disk, or the writer's, would fill up. The wait is bounded.
    private static SessionOptions working(UUID tenant) {
        return new SessionOptions(
                Optional.of(tenant), "system", Consistency.session, Optional.empty(), Durability.failover);
    }
}
