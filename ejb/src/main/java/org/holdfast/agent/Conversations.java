package org.holdfast.agent;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.idempotency.IdempotentWrites;
import org.holdfast.model.agent.Agent;
import org.holdfast.model.agent.Conversation;
import org.holdfast.model.agent.Message;
import org.jspecify.annotations.Nullable;

/** Conversations of the tenant's agents, and what was said in them. */
@Dependent
public class Conversations {
    private final ConnectionManager connections;
    private final IdempotentWrites writes;
    private final InstantSource clock;

    @Inject
    Conversations(ConnectionManager connections, IdempotentWrites writes, InstantSource clock) {
        this.connections = connections;
        this.writes = writes;
        this.clock = clock;
    }

    /** Begins a conversation; empty when there is no such agent. */
    public Optional<ConversationView> create(UUID agentId, @Nullable String externalId, @Nullable String title) {
        return writes.writeIfThere(
                ConversationView.class,
                entities -> Optional.ofNullable(entities.find(Agent.class, agentId))
                        .map(agent -> {
                            Conversation begun = new Conversation(agent, externalId, title, now());
                            entities.persist(begun);
                            entities.flush();
                            return ConversationView.of(begun);
                        }));
    }

    /** The oldest conversations after {@code after}, at most {@code max}; empty when there is no such agent. */
    public Optional<List<ConversationView>> list(UUID agentId, UUID after, int max) {
        return connections.read(entities -> Optional.ofNullable(entities.find(Agent.class, agentId))
                .map(agent -> entities
                        .createQuery(
                                "select c from Conversation c where c.agent = :agent and c.id > :after order by c.id",
                                Conversation.class)
                        .setParameter("agent", agent)
                        .setParameter("after", after)
                        .setMaxResults(max)
                        .getResultList()
                        .stream()
                        .map(ConversationView::of)
                        .toList()));
    }

    public Optional<ConversationView> get(UUID id) {
        return connections.read(entities ->
                Optional.ofNullable(entities.find(Conversation.class, id)).map(ConversationView::of));
    }

    /**
     * Keeps a message; empty when there is no such conversation.
     *
     * @throws RefusedException (validation) when there is no such role
     */
    public Optional<MessageView> say(UUID conversationId, NewMessage said) {
        Message.Role role = role(said.role());
        return writes.writeIfThere(
                MessageView.class,
                entities -> Optional.ofNullable(entities.find(Conversation.class, conversationId))
                        .map(conversation -> {
                            Message message = new Message(
                                    conversation,
                                    role,
                                    said.speaker().orElse(null),
                                    said.content(),
                                    said.at().orElseGet(this::now));
                            entities.persist(message);
                            entities.flush();
                            return MessageView.of(message);
                        }));
    }

    /** The oldest messages after {@code after}, at most {@code max}; empty when there is no such conversation. */
    public Optional<List<MessageView>> messages(UUID conversationId, UUID after, int max) {
        return connections.read(entities -> Optional.ofNullable(entities.find(Conversation.class, conversationId))
                .map(conversation -> entities
                        .createQuery(
                                "select m from Message m where m.conversation = :conversation and m.id > :after"
                                        + " order by m.id",
                                Message.class)
                        .setParameter("conversation", conversation)
                        .setParameter("after", after)
                        .setMaxResults(max)
                        .getResultList()
                        .stream()
                        .map(MessageView::of)
                        .toList()));
    }

    private static Message.Role role(String name) {
        return Arrays.stream(Message.Role.values())
                .filter(role -> role.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        ErrorCategory.VALIDATION, "role must be one of " + Arrays.toString(Message.Role.values())));
    }

    // In the grain that PostgreSQL keeps, so that what the caller is told is what is read back.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
