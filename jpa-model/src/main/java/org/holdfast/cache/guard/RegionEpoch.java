package org.holdfast.cache.guard;

import java.util.Optional;

/**
 * The part of the key space that a region's rows are in now. A region is emptied by giving it another epoch.
 *
 * @param id unique among the epochs of a region
 * @param usableFromMillis by Redis's clock: before it rows are neither read nor kept (a bulk change has not committed yet)
 * @param laggingFromMillis by Redis's clock: before it nothing is kept that was read from a node that may lag, because the
 *     tombstones that would refuse a stale row are not known
 * @param order greater than that of every earlier epoch of the region which the same server has made
 */
public record RegionEpoch(String id, long usableFromMillis, long laggingFromMillis, long order) {
    /** As it is kept in Redis. */
    public String text() {
        return id + ":" + usableFromMillis + ":" + laggingFromMillis + ":" + order;
    }

    /** What {@link #text} wrote; empty for anything else. */
    public static Optional<RegionEpoch> parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RegionEpoch(
                    parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3])));
        } catch (NumberFormatException malformed) {
            return Optional.empty();
        }
    }
}
