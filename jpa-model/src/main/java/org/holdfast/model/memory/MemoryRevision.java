package org.holdfast.model.memory;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.holdfast.model.JsonText;
import org.holdfast.model.TenantEntity;

/** What a memory said before a change or its removal. Outlives the memory; never changed. */
@Entity
@Table(schema = "memory", name = "memory_revision")
public class MemoryRevision {
    /** What replaced this revision. */
    public enum Change {
        UPDATED,
        DELETED
    }

    @Id
    @Column(name = "id", nullable = false, updatable = false)
    private UUID id;

    @Column(name = "tenant_id", nullable = false, updatable = false)
    private UUID tenantId;

    @Column(name = "memory_id", nullable = false, updatable = false)
    private UUID memoryId;

    @Column(name = "version", nullable = false, updatable = false)
    private long version;

    @Enumerated(EnumType.STRING)
    @Column(name = "change", nullable = false, updatable = false)
    private Change change;

    @Column(name = "text", nullable = false, updatable = false)
    private String text;

    @Convert(converter = JsonText.class)
    @Column(name = "metadata", nullable = false, updatable = false)
    private String metadata;

    @Column(name = "actor", nullable = false, updatable = false)
    private String actor;

    @Column(name = "changed_at", nullable = false, updatable = false)
    private Instant changedAt;

    @SuppressWarnings("NullAway.Init")
    protected MemoryRevision() {}

    MemoryRevision(Memory memory, Change change, String actor, Instant changedAt) {
        this.id = TenantEntity.newId();
        this.tenantId = memory.tenantId();
        this.memoryId = memory.id();
        this.version = memory.version();
        this.change = change;
        this.text = memory.text();
        this.metadata = memory.metadata();
        this.actor = actor;
        this.changedAt = changedAt;
    }

    public UUID id() {
        return id;
    }

    public UUID tenantId() {
        return tenantId;
    }

    public UUID memoryId() {
        return memoryId;
    }

    /** The memory's version that said this. */
    public long version() {
        return version;
    }

    public Change change() {
        return change;
    }

    public String text() {
        return text;
    }

    public String metadata() {
        return metadata;
    }

    public String actor() {
        return actor;
    }

    public Instant changedAt() {
        return changedAt;
    }
}
