package org.holdfast.cache;

import java.util.Optional;
import java.util.OptionalLong;
import org.holdfast.cache.entities.Booking;

/** What the tests say of the calling thread: its tenant, and whether its transaction has written by JDBC. */
public class TestContext implements CacheContext {
    static final ThreadLocal<Optional<String>> PARTITION = ThreadLocal.withInitial(() -> Optional.of("t1"));
    static final ThreadLocal<Boolean> WRITTEN = ThreadLocal.withInitial(() -> false);
    static final ThreadLocal<OptionalLong> MUST_KNOW_SINCE = ThreadLocal.withInitial(OptionalLong::empty);
    static final ThreadLocal<OptionalLong> HAS_READ_SINCE = ThreadLocal.withInitial(OptionalLong::empty);
    static final ThreadLocal<Boolean> READS_PAST = ThreadLocal.withInitial(() -> false);
    static volatile String epoch = "1";

    @Override
    public Optional<String> partition() {
        return PARTITION.get();
    }

    @Override
    public boolean isPartitioned(Class<?> entity) {
        return entity != Booking.class;
    }

    @Override
    public String epoch() {
        return epoch;
    }

    @Override
    public boolean hasWritten() {
        return WRITTEN.get();
    }

    @Override
    public boolean readsPast() {
        return READS_PAST.get();
    }

    @Override
    public OptionalLong mustKnowSince() {
        return MUST_KNOW_SINCE.get();
    }

    @Override
    public OptionalLong hasReadSince() {
        return HAS_READ_SINCE.get();
    }

    /** Of an application that reads from a replica. */
    public static final class Lagging extends TestContext {
        @Override
        public boolean mayLag() {
            return true;
        }
    }
}
