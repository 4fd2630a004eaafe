package org.holdfast.cache;

import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.holdfast.cache.guard.Trust;
import org.holdfast.cache.redis.RedisLink;
import org.jspecify.annotations.Nullable;

/**
 * Asks the topic whether all has arrived that was told before a moment: a message that this process sends later comes back
 * later. Between two beats of the {@link Heartbeat}, for callers who would otherwise pass over the near cache. Those who ask at
 * the same time share one message. Thread-safe.
 */
final class Echoes {
    private record Echo(long number, long sentNanos, long withdrawals, CompletableFuture<Boolean> heard) {}

    private final CacheUnit unit;
    private final RowStore store;
    private final Trust trust;
    private final UUID sender = UUID.randomUUID();
    private final Queue<Echo> awaited = new ConcurrentLinkedQueue<>();
    private @Nullable Echo last;
    private long sent;

    Echoes(CacheUnit unit, RowStore store, Trust trust) {
        this.unit = unit;
        this.store = store;
        this.trust = trust;
    }

    /** Waits until it has arrived, for the deadline at most; false when it has not, or Redis is not believed. */
    boolean await(long sinceNanos) {
        RedisLink open = store.usable();
        return open != null && store.await(echo(open, sinceNanos).heard) != null && trust.hasHeard(sinceNanos);
    }

    private synchronized Echo echo(RedisLink open, long sinceNanos) {
        Echo known = last;
        if (known != null
                && !known.heard.isDone()
                && known.sentNanos - sinceNanos >= 0
                && known.withdrawals == trust.withdrawals()) {
            return known;
        }
        sent++;
        Echo echo = new Echo(sent, unit.nanos(), trust.withdrawals(), new CompletableFuture<>());
        last = echo;
        awaited.add(echo);
        CompletableFuture<?> unused = open.tell(Messages.beat(sender, sent)).whenComplete((receivers, failure) -> {
            if (failure != null) {
                echo.heard.completeExceptionally(failure);
            }
        });
        return echo;
    }

    /** A message that may be one of these. What was sent before it has arrived with it, or never will. */
    void returned(byte[] message) {
        long number = Messages.beatOf(sender, message);
        for (Echo echo = awaited.peek(); echo != null && echo.number <= number; echo = awaited.peek()) {
            awaited.remove();
            trust.heard(echo.sentNanos, echo.withdrawals);
            echo.heard.complete(true);
        }
    }
}
