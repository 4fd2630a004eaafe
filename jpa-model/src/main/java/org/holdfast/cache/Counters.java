package org.holdfast.cache;

import java.util.concurrent.atomic.LongAdder;

/** What happened to a region in this process since its start. Thread-safe. */
final class Counters {
    final LongAdder nearHits = new LongAdder();
    final LongAdder nearMisses = new LongAdder();
    final LongAdder redisHits = new LongAdder();
    final LongAdder redisMisses = new LongAdder();
    final LongAdder fills = new LongAdder();
    final LongAdder refusedPuts = new LongAdder();
    final LongAdder tombstones = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder drops = new LongAdder();
}
