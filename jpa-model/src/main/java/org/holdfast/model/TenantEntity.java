package org.holdfast.model;

import com.github.f4b6a3.uuid.UuidCreator;
import jakarta.persistence.Column;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Version;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row that belongs to a tenant. The key is a UUIDv7 made here, so that nothing depends on a sequence of one cluster and
 * keys grow with time. Two entities are equal when their keys are.
 */
@MappedSuperclass
public abstract class TenantEntity {
    @Id
    @Column(name = "id", nullable = false, updatable = false)
    private UUID id;

    @Column(name = "tenant_id", nullable = false, updatable = false)
    private UUID tenantId;

    @Version
    @Column(name = "version", nullable = false)
    private long version;

    @SuppressWarnings("NullAway.Init")
    protected TenantEntity() {}

    protected TenantEntity(UUID tenantId) {
        this(newId(), tenantId);
    }

    protected TenantEntity(UUID id, UUID tenantId) {
        this.id = id;
        this.tenantId = tenantId;
    }

    /** A new time-ordered key (RFC 9562, version 7). Thread-safe. */
    public static UUID newId() {
        return UuidCreator.getTimeOrderedEpoch();
    }

    public UUID id() {
        return id;
    }

    public UUID tenantId() {
        return tenantId;
    }

    /** Grows by one with every committed change of the row. */
    public long version() {
        return version;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof TenantEntity that && getClass() == that.getClass() && id.equals(that.id);
    }

    @Override
    public final int hashCode() {
        return id.hashCode();
    }
}
