package org.holdfast.cache.guard;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the key space that a region's rows are in now. A region is emptied by giving it another epoch.
 *
 * @param id unique among the epochs of a region; it begins with the epoch's order and a dot
 * @param usableFromMillis by Redis's clock: before it rows are neither read nor kept (a bulk change has not committed yet)
 * @param laggingFromMillis by Redis's clock: before it nothing is kept that was read from a node that may lag, because the
 *     tombstones that would refuse a stale row are not known
 */
public record RegionEpoch(String id, long usableFromMillis, long laggingFromMillis) {
    // In the id, so that instances of before, which know of no order, understand the text.
    private static final Pattern ORDER = Pattern.compile("(\\d{1,18})\\..*");

    /** As it is kept in Redis. */
    public String text() {
        return id + ":" + usableFromMillis + ":" + laggingFromMillis;
    }

    /** Greater than that of every earlier epoch of the region which the same server has made; 0 where the id has none. */
    public long order() {
        Matcher matcher = ORDER.matcher(id);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** What {@link #text} wrote; empty for anything else. */
    public static Optional<RegionEpoch> parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RegionEpoch(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2])));
        } catch (NumberFormatException malformed) {
            return Optional.empty();
        }
    }
}
