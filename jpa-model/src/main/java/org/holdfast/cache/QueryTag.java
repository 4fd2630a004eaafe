package org.holdfast.cache;

/**
 * What the results of queries depend on: all rows of an entity with its subclasses, or a part of them that the application
 * names. Every change through the EntityManager, every bulk change and every {@code changedOutside} changes the tag of the
 * entity. A part is changed by whoever names it in {@link HotQueries#changed}, and by whatever may have changed any row (a bulk
 * change, {@code changedOutside} of the class, an evicted class); who changes a row of a part by the EntityManager has to name it.
 *
 * @param part empty for all rows; otherwise at most 200 characters
 */
public record QueryTag(Class<?> entity, String part) {
    private static final int PART_CHARS_MAX = 200;

    public QueryTag {
        if (part.length() > PART_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a part's name has " + part.length() + " characters; it may have " + PART_CHARS_MAX);
        }
    }

    /** All rows of the calling thread's partition. */
    public static QueryTag of(Class<?> entity) {
        return new QueryTag(entity, "");
    }

    /**
     * Those rows of the calling thread's partition that the application calls this part.
     *
     * @param key which of the parts of that kind
     */
    public static QueryTag part(Class<?> entity, String kind, Object key) {
        return new QueryTag(entity, kind + " " + key);
    }
}
