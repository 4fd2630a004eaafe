package org.holdfast.audit;

import jakarta.persistence.EntityManager;
import java.util.UUID;

/** Entries of what is no change of a row, written in the transaction of the session that did it. */
public final class AuditLog {
    /** The chain of what belongs to no tenant. */
    public static final UUID SYSTEM = new UUID(0, 0);

    private AuditLog() {}

    /** Leaves an entry of the session's actor. */
    public static void record(EntityManager session, UUID tenant, String operation, String entity, String entityId) {
        session.createNativeQuery("select audit.record(?, ?, ?, ?, null)::text")
                .setParameter(1, tenant)
                .setParameter(2, operation)
                .setParameter(3, entity)
                .setParameter(4, entityId)
                .getSingleResult();
    }

    /** Leaves an entry of somebody whom the session itself has recognised. */
    public static void recordOf(
            EntityManager session, UUID tenant, String operation, String entity, String entityId, String actor) {
        session.createNativeQuery("select audit.record(?, ?, ?, ?, null, ?)::text")
                .setParameter(1, tenant)
                .setParameter(2, operation)
                .setParameter(3, entity)
                .setParameter(4, entityId)
                .setParameter(5, actor)
                .getSingleResult();
    }
}
