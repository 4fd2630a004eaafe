package org.holdfast.cache;

import java.util.concurrent.atomic.LongAdder;

/** What happened to a hot query in this process since its first use. Thread-safe. */
final class QueryCounters {
    final LongAdder nearHits = new LongAdder();
    final LongAdder redisHits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder fills = new LongAdder();
    final LongAdder refusedFills = new LongAdder();
}
