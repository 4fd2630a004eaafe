package org.holdfast.agent;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
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
import org.holdfast.repository.Listing;
import org.holdfast.repository.Parts;
import org.holdfast.repository.Repository;
import org.holdfast.repository.RepositoryFactory;
import org.jspecify.annotations.Nullable;

/** Conversations of the tenant's agents, and what was said in them. */
@Dependent
public class Conversations {
    private static final Listing<Conversation> OLDEST = Listing.of(
            "conversations",
            Conversation.class,
            "select c from Conversation c where c.agent.id = ?1 and c.id > ?2 order by c.id");
    private static final Listing<Message> SAID = Listing.of(
            "messages",
            Message.class,
            "select m from Message m where m.conversation.id = ?1 and m.id > ?2 order by m.id");

    private final ConnectionManager connections;
    private final IdempotentWrites writes;
    private final RepositoryFactory repositories;
    private final InstantSource clock;

    @Inject
    Conversations(
            ConnectionManager connections,
            IdempotentWrites writes,
            RepositoryFactory repositories,
            InstantSource clock) {
        this.connections = connections;
        this.writes = writes;
        this.repositories = repositories;
        this.clock = clock;
    }

    /** Begins a conversation; empty when there is no such agent. */
    public Optional<ConversationView> create(UUID agentId, @Nullable String externalId, @Nullable String title) {
        return writes.writeIfThere(
                ConversationView.class,
                entities -> repositories.of(entities, Agent.class).find(agentId).map(agent -> {
                    Conversation begun = new Conversation(agent, externalId, title, now());
                    conversations(entities).add(begun, Parts.conversationsOf(agentId));
                    entities.flush();
                    return ConversationView.of(begun);
                }));
    }

    /** The oldest conversations after {@code after}, at most {@code max}; empty when there is no such agent. */
    public Optional<List<ConversationView>> list(UUID agentId, UUID after, int max) {
        return connections.read(entities -> repositories
                .of(entities, Agent.class)
                .find(agentId)
                .map(agent ->
                        conversations(entities)
                                .list(OLDEST, Parts.conversationsOf(agentId), max, agentId, after)
                                .stream()
                                .map(ConversationView::of)
                                .toList()));
    }

    public Optional<ConversationView> get(UUID id) {
        return connections.read(entities -> conversations(entities).find(id).map(ConversationView::of));
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
                entities -> conversations(entities).find(conversationId).map(conversation -> {
                    Message message = new Message(
                            conversation,
                            role,
                            said.speaker().orElse(null),
                            said.content(),
                            said.at().orElseGet(this::now));
                    messages(entities).add(message, Parts.messagesOf(conversationId));
                    entities.flush();
                    return MessageView.of(message);
                }));
    }

    /** The oldest messages after {@code after}, at most {@code max}; empty when there is no such conversation. */
    public Optional<List<MessageView>> messages(UUID conversationId, UUID after, int max) {
        return connections.read(entities -> conversations(entities)
                .find(conversationId)
                .map(conversation ->
                        messages(entities)
                                .list(SAID, Parts.messagesOf(conversationId), max, conversationId, after)
                                .stream()
                                .map(MessageView::of)
                                .toList()));
    }

    private Repository<Conversation> conversations(EntityManager entities) {
        return repositories.of(entities, Conversation.class);
    }

    private Repository<Message> messages(EntityManager entities) {
        return repositories.of(entities, Message.class);
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
