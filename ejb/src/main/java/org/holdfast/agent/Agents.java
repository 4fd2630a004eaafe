package org.holdfast.agent;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.holdfast.cache.QueryTag;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.EntityCaches;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.idempotency.IdempotentWrites;
import org.holdfast.model.agent.Agent;
import org.holdfast.model.agent.Conversation;
import org.holdfast.model.agent.Message;
import org.holdfast.model.memory.Memory;
import org.holdfast.model.run.Run;
import org.holdfast.model.run.RunStep;
import org.holdfast.repository.Listing;
import org.holdfast.repository.Repository;
import org.holdfast.repository.RepositoryFactory;
import org.jspecify.annotations.Nullable;

/** The tenant's agents. */
@Dependent
public class Agents {
    /** What the database deletes with an agent. */
    private static final List<Class<?>> OWNED =
            List.of(Conversation.class, Message.class, Memory.class, Run.class, RunStep.class);

    private static final Listing<Agent> OLDEST =
            Listing.of("agents", Agent.class, "select a from Agent a where a.id > ?1 order by a.id");

    private final ConnectionManager connections;
    private final IdempotentWrites writes;
    private final InstantSource clock;
    private final DatabaseCall call;
    private final EntityCaches caches;
    private final RepositoryFactory repositories;

    @Inject
    Agents(
            ConnectionManager connections,
            IdempotentWrites writes,
            DatabaseCall call,
            EntityCaches caches,
            RepositoryFactory repositories,
            InstantSource clock) {
        this.connections = connections;
        this.writes = writes;
        this.clock = clock;
        this.call = call;
        this.caches = caches;
        this.repositories = repositories;
    }

    public AgentView create(String name, @Nullable String description) {
        UUID tenant = call.options().tenant().orElseThrow();
        return writes.write(AgentView.class, entities -> {
            Agent agent = new Agent(tenant, name, description, false, now());
            agents(entities).add(agent);
            entities.flush();
            return AgentView.of(agent);
        });
    }

    /** The oldest agents after {@code after}, at most {@code max}. */
    public List<AgentView> list(UUID after, int max) {
        return connections.read(entities -> agents(entities).list(OLDEST, QueryTag.of(Agent.class), max, after).stream()
                .map(AgentView::of)
                .toList());
    }

    public Optional<AgentView> get(UUID id) {
        return connections.read(entities -> agents(entities).find(id).map(AgentView::of));
    }

    /**
     * Changes an agent; empty when it is not there.
     *
     * @param check sees the version that is about to change, and may throw to leave it as it is
     */
    public Optional<AgentView> change(UUID id, AgentChange change, LongConsumer check) {
        return writes.writeIfThere(
                AgentView.class,
                entities -> agents(entities).locked(id).map(agent -> {
                    check.accept(agent.version());
                    Instant now = now();
                    change.name().ifPresent(name -> agent.rename(name, now));
                    if (change.describes()) {
                        agent.describe(change.description().orElse(null), now);
                    }
                    // The version that the caller is told is the one after the update.
                    entities.flush();
                    return AgentView.of(agent);
                }));
    }

    /**
     * Removes an agent with all that it has; false when it is not there.
     *
     * @param check sees the version that is about to go, and may throw to leave it as it is
     * @throws RefusedException (conflict) when it is the tenant's default agent
     */
    public boolean delete(UUID id, LongConsumer check) {
        return writes.writeIfThere(
                        UUID.class,
                        entities -> agents(entities).locked(id).map(agent -> {
                            check.accept(agent.version());
                            if (agent.isDefault()) {
                                throw new RefusedException(
                                        ErrorCategory.CONFLICT,
                                        "the default agent cannot be removed: memories without an agent of their own are its");
                            }
                            OWNED.forEach(owned -> caches.changedOutside(entities, owned));
                            agents(entities).remove(agent);
                            return id;
                        }))
                .isPresent();
    }

    private Repository<Agent> agents(EntityManager entities) {
        return repositories.of(entities, Agent.class);
    }

    // In the grain that PostgreSQL keeps, so that what the caller is told is what is read back.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
