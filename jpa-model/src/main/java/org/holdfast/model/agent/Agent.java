package org.holdfast.model.agent;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.model.TenantEntity;
import org.jspecify.annotations.Nullable;

/** Something that converses and remembers. Its name is unique within the tenant. */
@Entity
@Table(schema = "memory", name = "agent")
public class Agent extends TenantEntity {
    @NotBlank
    @Size(max = 100)
    @Column(name = "name", nullable = false)
    private String name;

    @Size(max = 2000)
    @Column(name = "description")
    private @Nullable String description;

    @Column(name = "is_default", nullable = false, updatable = false)
    private boolean isDefault;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    private Instant updatedAt;

    @SuppressWarnings("NullAway.Init")
    protected Agent() {}

    public Agent(UUID tenantId, String name, @Nullable String description, boolean isDefault, Instant now) {
        super(tenantId);
        this.name = name;
        this.description = description;
        this.isDefault = isDefault;
        this.createdAt = now;
        this.updatedAt = now;
    }

    public String name() {
        return name;
    }

    public Optional<String> description() {
        return Optional.ofNullable(description);
    }

    /** The agent that memories belong to when their writer names none; at most one a tenant. */
    public boolean isDefault() {
        return isDefault;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    public void rename(String newName, Instant now) {
        this.name = newName;
        this.updatedAt = now;
    }

    public void describe(@Nullable String newDescription, Instant now) {
        this.description = newDescription;
        this.updatedAt = now;
    }
}
