package org.holdfast.repository;

import java.time.Duration;
import org.holdfast.cache.HotQuery;

/**
 * A list of entities that callers ask for again and again; declared once, as a constant.
 *
 * @param jpql with parameters by number, from 1 on
 */
public record Listing<E>(HotQuery<E> query, String jpql) {
    // What is asked for: the greatest page, and one more that tells whether there is another.
    private static final int RESULTS_MAX = 501;
    private static final Duration LIFE = Duration.ofMinutes(10);

    /**
     * A list of entities of a class.
     *
     * @param name unique; another one whenever the meaning of the query changes
     */
    public static <E> Listing<E> of(String name, Class<E> entity, String jpql) {
        return new Listing<>(HotQuery.ofEntities(name, entity, RESULTS_MAX, LIFE), jpql);
    }
}
