package org.holdfast.cache;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Of an application that writes on the primary and reads where the calling thread says. */
public final class StressContext implements CacheContext {
    /** What one thread's work is now: where it reads, and since when it has to know everything. */
    record Work(boolean isLagging, OptionalLong knowsSince) {
        static final Work ON_PRIMARY = new Work(false, OptionalLong.empty());
        static final Work ON_REPLICA = new Work(true, OptionalLong.empty());
    }

    private static final ThreadLocal<@Nullable Work> WORK = new ThreadLocal<>();

    static void begin(Work work) {
        WORK.set(work);
    }

    private static Work work() {
        Work work = WORK.get();
        return work == null ? Work.ON_PRIMARY : work;
    }

    static boolean isOnReplica() {
        return work().isLagging();
    }

    @Override
    public Optional<String> partition() {
        return Optional.of("t1");
    }

    @Override
    public boolean mayLag() {
        return work().isLagging();
    }

    @Override
    public OptionalLong mustKnowSince() {
        return work().knowsSince();
    }
}
