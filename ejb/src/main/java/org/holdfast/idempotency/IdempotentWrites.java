package org.holdfast.idempotency;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.Optional;
import java.util.function.Function;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.RefusedException;

/**
 * Write sessions whose result is kept when the current request has a key. The same request under the same key is given that
 * result, and its work is not run; while another one runs under the key it waits, as long as a statement may take. Without
 * a key these are plain sessions of the {@link ConnectionManager}.
 *
 * <p>A result is a record that JSON can hold, see {@link ResultText}. Work that fails leaves nothing behind.
 */
@Dependent
public class IdempotentWrites {
    private final ConnectionManager connections;
    private final DatabaseCall call;
    private final IdempotentRequest request;

    @Inject
    IdempotentWrites(ConnectionManager connections, DatabaseCall call, IdempotentRequest request) {
        this.connections = connections;
        this.call = call;
        this.request = request;
    }

    /**
     * Does work once.
     *
     * @throws RefusedException (conflict) when the key belongs to another request
     */
    public <T> T write(Class<T> result, Function<EntityManager, T> work) {
        return writeIfThere(result, session -> Optional.of(work.apply(session))).orElseThrow();
    }

    /**
     * Does work once that finds nothing to do when its subject is not there; nothing is kept then.
     *
     * @throws RefusedException (conflict) when the key belongs to another request
     */
    public <T> Optional<T> writeIfThere(Class<T> result, Function<EntityManager, Optional<T>> work) {
        Optional<WorkKey> key = request.next(call.options());
        if (key.isEmpty()) {
            return connections.write(work);
        }
        OnceOnly<T> once = new OnceOnly<>(key.get(), result, work);
        Optional<T> value = connections.write(once);
        request.committed(once.isReplay());
        return value;
    }

    /** Whether the results of the current request are kept. */
    public boolean areKept() {
        return request.isIdentified();
    }
}
