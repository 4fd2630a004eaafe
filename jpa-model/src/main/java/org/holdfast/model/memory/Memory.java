package org.holdfast.model.memory;

import jakarta.persistence.Basic;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.holdfast.model.JsonText;
import org.holdfast.model.NullableId;
import org.holdfast.model.TenantEntity;
import org.holdfast.model.agent.Agent;
import org.holdfast.model.agent.Conversation;
import org.jspecify.annotations.Nullable;

/**
 * Something an agent remembers. The full-text column is the database's own (generated) and is not mapped. The embedding is
 * lazy: it is four times the size of the rest and only the database compares it.
 */
@Entity
@Table(schema = "memory", name = "memory")
public class Memory extends TenantEntity {
    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "agent_id", nullable = false, updatable = false)
    private Agent agent;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "conversation_id", updatable = false)
    private @Nullable Conversation conversation;

    @Enumerated(EnumType.STRING)
    @Column(name = "kind", nullable = false, updatable = false)
    private MemoryKind kind;

    @Min(0)
    @Column(name = "turn", updatable = false)
    private @Nullable Integer turn;

    @Size(max = 200)
    @Column(name = "speaker", updatable = false)
    private @Nullable String speaker;

    @NotEmpty
    @Size(max = 32000)
    @Column(name = "text", nullable = false)
    private String text;

    @Column(name = "said_at", nullable = false, updatable = false)
    private Instant saidAt;

    @Convert(converter = JsonText.class)
    @Column(name = "metadata", nullable = false)
    private String metadata = "{}";

    @Basic(fetch = FetchType.LAZY)
    @Convert(converter = Embedding.class)
    @Column(name = "embedding", nullable = false)
    private float[] embedding;

    @ManyToMany(fetch = FetchType.LAZY)
    @JoinTable(
            schema = "memory",
            name = "memory_tag",
            joinColumns = @JoinColumn(name = "memory_id"),
            inverseJoinColumns = @JoinColumn(name = "tag_id"))
    private Set<Tag> tags = new HashSet<>();

    // Its key and how often it was said are not mapped: the one never changes, the other is counted by the database.
    @Convert(converter = NullableId.class)
    @Column(name = "counted_as")
    private @Nullable UUID countedAs;

    @Column(name = "expires_at")
    private @Nullable Instant expiresAt;

    @Column(name = "valid_from")
    private @Nullable Instant validFrom;

    @Column(name = "valid_until")
    private @Nullable Instant validUntil;

    @Convert(converter = NullableId.class)
    @Column(name = "superseded_by")
    private @Nullable UUID supersededBy;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    private Instant updatedAt;

    @SuppressWarnings("NullAway.Init")
    protected Memory() {}

    /**
     * A new memory without conversation, speaker or tags.
     *
     * @param saidAt when it was said, which may be long before now
     * @param embedding as many numbers as the schema has them
     */
    public Memory(Agent agent, MemoryKind kind, String text, float[] embedding, Instant saidAt, Instant now) {
        super(agent.tenantId());
        this.agent = agent;
        this.kind = kind;
        this.text = text;
        this.embedding = embedding.clone();
        this.saidAt = saidAt;
        this.createdAt = now;
        this.updatedAt = now;
    }

    public Agent agent() {
        return agent;
    }

    public MemoryKind kind() {
        return kind;
    }

    public Optional<Conversation> conversation() {
        return Optional.ofNullable(conversation);
    }

    /** Position within the conversation, from 0; unique there. */
    public OptionalInt turn() {
        return turn == null ? OptionalInt.empty() : OptionalInt.of(turn);
    }

    public Optional<String> speaker() {
        return Optional.ofNullable(speaker);
    }

    public String text() {
        return text;
    }

    public Instant saidAt() {
        return saidAt;
    }

    /** A JSON object, as text. */
    public String metadata() {
        return metadata;
    }

    public Set<Tag> tags() {
        return Set.copyOf(tags);
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    /** The digest of its text, if it is counted when it is said again. */
    public Optional<UUID> countedAs() {
        return Optional.ofNullable(countedAs);
    }

    /** From when it is in no answer any more. */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    /** The memory that holds instead of this one. */
    public Optional<UUID> supersededBy() {
        return Optional.ofNullable(supersededBy);
    }

    /**
     * Has it counted under another digest.
     *
     * @param digest null where it is not counted any more
     */
    public void countAs(@Nullable UUID digest) {
        this.countedAs = digest;
    }

    /**
     * Since when it is so, and up to when it is remembered.
     *
     * @param until null for ever
     */
    public void lives(Instant since, @Nullable Instant until) {
        this.validFrom = since;
        this.expiresAt = until;
    }

    /** From now on another memory holds. */
    public void supersede(UUID by, Instant now) {
        this.supersededBy = by;
        this.validUntil = now;
        this.updatedAt = now;
    }

    /** Places a new memory in a conversation of its agent. */
    public void placeIn(Conversation itsConversation, @Nullable Integer itsTurn) {
        this.conversation = itsConversation;
        this.turn = itsTurn;
    }

    public void spokenBy(@Nullable String itsSpeaker) {
        this.speaker = itsSpeaker;
    }

    public void tag(Set<Tag> newTags) {
        this.tags = new HashSet<>(newTags);
    }

    /**
     * Replaces the metadata.
     *
     * @param json a JSON object
     */
    public void annotate(String json, Instant now) {
        this.metadata = json;
        this.updatedAt = now;
    }

    public void rewrite(String newText, float[] newEmbedding, Instant now) {
        // First: the first touch of a lazy attribute reads the row again, over what was set before it.
        this.embedding = newEmbedding.clone();
        this.text = newText;
        this.updatedAt = now;
    }
}
