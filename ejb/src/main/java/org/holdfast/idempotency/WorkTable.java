package org.holdfast.idempotency;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.List;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;

/** The rows of one key, in one session. The database fills in the tenant. */
record WorkTable(EntityManager session, WorkKey key) {
    private static final String IS_ROW =
            " where tenant_id = auth.current_tenant() and actor = ? and key = ? and ordinal = ?";
    private static final int RESULT = 1;

    /** Takes the key for this transaction, after whoever holds it has ended; false when that one has committed. */
    boolean claim() {
        return session.createNativeQuery("insert into orchestration.idempotent_work"
                                + " (tenant_id, actor, key, ordinal, request_hash)"
                                + " values (auth.current_tenant(), ?, ?, ?, decode(?, 'hex')) on conflict do nothing")
                        .setParameter(1, key.actor())
                        .setParameter(2, key.key())
                        .setParameter(3, key.ordinal())
                        .setParameter(4, key.requestHash())
                        .executeUpdate()
                == 1;
    }

    /**
     * What the request that has the key committed.
     *
     * @throws RefusedException (conflict) when that was another request
     */
    String result() {
        List<?> rows = row(
                        "select encode(request_hash, 'hex'), cast(result as text) from orchestration.idempotent_work"
                                + IS_ROW,
                        1)
                .getResultList();
        if (rows.isEmpty()) {
            throw new NothingHappenedException(
                    ErrorCategory.CONFLICT, "the Idempotency-Key expired at this moment; try again");
        }
        Object[] row = (Object[]) rows.get(0);
        if (!key.requestHash().equals(row[0])) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT,
                    "Idempotency-Key '" + key.key()
                            + "' was used for another request: method, address or body differ. Nothing was changed; a new"
                            + " request needs a new key");
        }
        return (String) row[RESULT];
    }

    /** Keeps what was done under the key. */
    void keep(String result) {
        row("update orchestration.idempotent_work set result = cast(? as json)" + IS_ROW, 2)
                .setParameter(1, result)
                .executeUpdate();
    }

    /** Gives the key back: nothing was done. */
    void release() {
        row("delete from orchestration.idempotent_work" + IS_ROW, 1).executeUpdate();
    }

    private Query row(String sql, int first) {
        return session.createNativeQuery(sql)
                .setParameter(first, key.actor())
                .setParameter(first + 1, key.key())
                .setParameter(first + 2, key.ordinal());
    }
}
