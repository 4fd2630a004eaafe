package org.holdfast.cache.stress;

/** From a fault's begin until every instance believed Redis again and had told it everything. */
public record Outage(String what, long begunNanos, long endedNanos) {
    boolean touches(Read read) {
        return begunNanos <= read.endedNanos() && endedNanos >= read.begunNanos();
    }
}
