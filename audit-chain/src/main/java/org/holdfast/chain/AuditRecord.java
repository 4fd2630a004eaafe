package org.holdfast.chain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of the audit trail says.
 *
 * @param tenant whose chain it is in; the nil UUID is the system's own
 * @param atMicros when, in microseconds since 1970
 * @param epoch in which epoch of the writer
 * @param lsn about where in the writer's log, as PostgreSQL writes it
 * @param xid in which of the writer's transactions
 * @param source how it came: api, batch, admin, system or outside
 * @param who null parts were not known, or were taken away by an erasure
 * @param changes the JSON as it is stored; null when there is none, or it was taken away by an erasure
 */
public record AuditRecord(
        UUID tenant,
        long atMicros,
        UUID id,
        long epoch,
        String lsn,
        long xid,
        String source,
        String operation,
        String entity,
        @Nullable String entityId,
        Who who,
        @Nullable String changes) {

    /** Who did it. */
    public record Who(
            @Nullable String actor,
            @Nullable String roles,
            @Nullable String address,
            @Nullable String requestId) {
        boolean isEmpty() {
            return actor == null && roles == null && address == null && requestId == null;
        }
    }
}
