package org.holdfast.cache;

/**
 * A tag of one partition.
 *
 * @param partition empty for entities that have none
 * @param part empty for all rows
 */
record TagKey(Region region, String partition, String part) {
    /** The key's part in the name of a Redis key. */
    String text() {
        // The length tells where the partition ends, whatever it contains.
        return region.name() + ":" + partition.length() + ":" + partition + ":" + part;
    }
}
