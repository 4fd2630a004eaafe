package org.holdfast.cache;

import org.eclipse.persistence.exceptions.ExceptionHandler;
import org.jspecify.annotations.Nullable;

/** Ends what a thread was reading when a query fails; the application's own handler goes on. Thread-safe. */
final class AbandonScope implements ExceptionHandler {
    private final CacheUnit unit;
    private final @Nullable ExceptionHandler next;

    AbandonScope(CacheUnit unit, @Nullable ExceptionHandler next) {
        this.unit = unit;
        this.next = next;
    }

    @Override
    public @Nullable Object handleException(RuntimeException exception) {
        unit.abandon();
        if (next == null) {
            throw exception;
        }
        return next.handleException(exception);
    }
}
