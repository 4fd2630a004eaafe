package org.holdfast.model.memory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.holdfast.model.TenantEntity;

/** A label on memories, unique by name within the tenant. Never changed, so it has no version. */
@Entity
@Table(schema = "memory", name = "tag")
public class Tag {
    @Id
    @Column(name = "id", nullable = false, updatable = false)
    private UUID id;

    @Column(name = "tenant_id", nullable = false, updatable = false)
    private UUID tenantId;

    @NotBlank
    @Size(max = 64)
    @Column(name = "name", nullable = false, updatable = false)
    private String name;

    @SuppressWarnings("NullAway.Init")
    protected Tag() {}

    public Tag(UUID tenantId, String name) {
        this.id = TenantEntity.newId();
        this.tenantId = tenantId;
        this.name = name;
    }

    public UUID id() {
        return id;
    }

    public UUID tenantId() {
        return tenantId;
    }

    public String name() {
        return name;
    }
}
