package org.holdfast.model.agent;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Optional;
import org.holdfast.model.TenantEntity;
import org.jspecify.annotations.Nullable;

/** One message of a conversation; never changed once said. */
@Entity
@Table(schema = "memory", name = "message")
public class Message extends TenantEntity {
    /** Who speaks, in the roles that language models know. */
    public enum Role {
        system,
        user,
        assistant,
        tool
    }

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "conversation_id", nullable = false, updatable = false)
    private Conversation conversation;

    @Enumerated(EnumType.STRING)
    @Column(name = "role", nullable = false, updatable = false)
    private Role role;

    @Size(max = 200)
    @Column(name = "speaker", updatable = false)
    private @Nullable String speaker;

    @NotEmpty
    @Size(max = 32000)
    @Column(name = "content", nullable = false, updatable = false)
    private String content;

    @Column(name = "said_at", nullable = false, updatable = false)
    private Instant saidAt;

    @SuppressWarnings("NullAway.Init")
    protected Message() {}

    public Message(Conversation conversation, Role role, @Nullable String speaker, String content, Instant saidAt) {
        super(conversation.tenantId());
        this.conversation = conversation;
        this.role = role;
        this.speaker = speaker;
        this.content = content;
        this.saidAt = saidAt;
    }

    public Conversation conversation() {
        return conversation;
    }

    public Role role() {
        return role;
    }

    public Optional<String> speaker() {
        return Optional.ofNullable(speaker);
    }

    public String content() {
        return content;
    }

    public Instant saidAt() {
        return saidAt;
    }
}
