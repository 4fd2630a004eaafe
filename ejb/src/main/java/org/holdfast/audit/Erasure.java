package org.holdfast.audit;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.holdfast.chain.Erasures;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.SessionOptions;

/** Takes away what sealed entries of the caller's tenant tell of a row or of a person; the chain stays as provable as it was. */
@Dependent
public class Erasure {
    private static final int CHUNK_ROWS = 1_000;

    private final ConnectionManager connections;
    private final DatabaseCall call;

    @Inject
    Erasure(ConnectionManager connections, DatabaseCall call) {
        this.connections = connections;
        this.call = call;
    }

    /** What entries tell of a row: its values before and after. Returns how many entries were emptied. */
    public long ofRow(String entity, String id) {
        return erase(Optional.of(entity), Optional.of(id), Optional.empty());
    }

    /** Who a person was, and from where: in all entries of what that person did. */
    public long ofActor(String actor) {
        return erase(Optional.empty(), Optional.empty(), Optional.of(actor));
    }

    // In chunks, each with the entry that tells of it: what is emptied and not told is taken for tampering.
    private long erase(Optional<String> entity, Optional<String> id, Optional<String> actor) {
        SessionOptions options = call.options();
        UUID tenant = options.tenant().orElse(AuditLog.SYSTEM);
        long erased = 0;
        int chunk;
        do {
            chunk = connections.write(options, session -> chunk(session, tenant, entity, id, actor));
            erased += chunk;
        } while (chunk == CHUNK_ROWS);
        return erased;
    }

    private static int chunk(
            EntityManager session, UUID tenant, Optional<String> entity, Optional<String> id, Optional<String> actor) {
        List<?> sequences = session.createNativeQuery("select sequence from audit.erase(?::text, ?::text, ?::text, ?)")
                .setParameter(1, entity.orElse(null))
                .setParameter(2, id.orElse(null))
                .setParameter(3, actor.orElse(null))
                .setParameter(4, CHUNK_ROWS)
                .getResultList();
        if (!sequences.isEmpty()) {
            String list = sequences.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
            session.createNativeQuery("select audit.record(?, ?, ?, ?::text, ?)::text")
                    .setParameter(1, tenant)
                    .setParameter(2, Erasures.OPERATION)
                    .setParameter(3, entity.orElse("actor"))
                    .setParameter(4, id.orElse(null))
                    .setParameter(5, "{\"erased\": [null, " + list + "]}")
                    .getSingleResult();
        }
        return sequences.size();
    }
}
