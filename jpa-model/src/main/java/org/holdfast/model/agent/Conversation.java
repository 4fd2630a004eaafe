package org.holdfast.model.agent;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.holdfast.model.TenantEntity;
import org.jspecify.annotations.Nullable;

/** A conversation of an agent. {@link #externalId()} is the caller's own name for it, unique within the agent. */
@Entity
@Table(schema = "memory", name = "conversation")
public class Conversation extends TenantEntity {
    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "agent_id", nullable = false, updatable = false)
    private Agent agent;

    @Size(min = 1, max = 200)
    @Column(name = "external_id", updatable = false)
    private @Nullable String externalId;

    @Size(max = 200)
    @Column(name = "title")
    private @Nullable String title;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Instant createdAt;

    @OneToMany(mappedBy = "conversation", cascade = CascadeType.PERSIST, fetch = FetchType.LAZY)
    @OrderBy("id")
    private List<Message> messages = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    protected Conversation() {}

    public Conversation(Agent agent, @Nullable String externalId, @Nullable String title, Instant now) {
        super(agent.tenantId());
        this.agent = agent;
        this.externalId = externalId;
        this.title = title;
        this.createdAt = now;
    }

    public Agent agent() {
        return agent;
    }

    public Optional<String> externalId() {
        return Optional.ofNullable(externalId);
    }

    public Optional<String> title() {
        return Optional.ofNullable(title);
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** All messages, oldest first. A long conversation is read page by page with a query instead. */
    public List<Message> messages() {
        return Collections.unmodifiableList(messages);
    }
}
