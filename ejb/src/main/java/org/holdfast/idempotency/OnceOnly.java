package org.holdfast.idempotency;

import jakarta.persistence.EntityManager;
import java.util.Optional;
import java.util.function.Function;

/** Work behind its key. May be run again after a rollback, as any work of a session. Not thread-safe. */
final class OnceOnly<T> implements Function<EntityManager, Optional<T>> {
    private final WorkKey key;
    private final Class<T> result;
    private final Function<EntityManager, Optional<T>> work;
    private boolean isReplay;

    OnceOnly(WorkKey key, Class<T> result, Function<EntityManager, Optional<T>> work) {
        this.key = key;
        this.result = result;
        this.work = work;
    }

    @Override
    public Optional<T> apply(EntityManager session) {
        WorkTable table = new WorkTable(session, key);
        isReplay = !table.claim();
        if (isReplay) {
            return Optional.of(ResultText.read(table.result(), result));
        }
        Optional<T> value = work.apply(session);
        value.map(ResultText::write).ifPresentOrElse(table::keep, table::release);
        return value;
    }

    /** Whether the last run gave the result of an earlier one. */
    boolean isReplay() {
        return isReplay;
    }
}
