package org.holdfast.audit;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.DatabaseCall;

/** The anchors of the caller's tenant and of the system. */
@Dependent
public class Anchors {
    private final ConnectionManager connections;
    private final DatabaseCall call;

    @Inject
    Anchors(ConnectionManager connections, DatabaseCall call) {
        this.connections = connections;
        this.call = call;
    }

    /** At most {@code max} of each chain, newest first. */
    public List<AnchorView> newest(int max) {
        UUID tenant = call.options().tenant().orElse(AuditLog.SYSTEM);
        List<?> rows = connections.read(session -> session.createNativeQuery("""
                select a.tenant_id, a.sequence, a.at, encode(a.hash, 'hex'), a.key_id, encode(k.public_key, 'hex'),
                       encode(a.signature, 'hex')
                from unnest(array[?, '00000000-0000-0000-0000-000000000000']::uuid[]) as chain (id),
                     lateral (select * from audit.anchor l where l.tenant_id = chain.id order by l.sequence desc limit ?) a
                     join audit.key k using (key_id)
                order by a.tenant_id, a.sequence desc
                """)
                .setParameter(1, tenant)
                .setParameter(2, max)
                .getResultList());
        return rows.stream().map(row -> view((Object[]) row)).toList();
    }

    private static AnchorView view(Object[] row) {
        return new AnchorView(
                (UUID) row[0],
                ((Number) row[1]).longValue(),
                ((Timestamp) row[2]).toInstant(),
                (String) row[3],
                (String) row[4],
                (String) row[5],
                (String) row[6]);
    }
}
