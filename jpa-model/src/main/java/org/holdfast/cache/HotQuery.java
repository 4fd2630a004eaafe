package org.holdfast.cache;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A query whose results {@link HotQueries} keeps in Redis: declared once, as a constant. Immutable.
 *
 * @param name unique in the unit; letters, digits and hyphens. Another meaning of parameters or results needs another name,
 *     because instances of an older release share the Redis
 * @param entity what it finds, when only the keys of entities are kept
 * @param coding how its results are kept, when they are values
 * @param resultsMax a longer result is not kept
 * @param life how long a result is kept at most, although nothing changes that it depends on
 */
public record HotQuery<T>(
        String name, Optional<Class<T>> entity, Optional<ResultCoding<T>> coding, int resultsMax, Duration life) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final int RESULTS_MAX = 10_000;
    private static final Duration LIFE_MAX = Duration.ofDays(1);

    public HotQuery {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a hot query is named '" + name + "'; it must be " + NAME);
        }
        if (resultsMax < 1 || resultsMax > RESULTS_MAX) {
            throw new IllegalArgumentException(
                    name + " keeps " + resultsMax + " results; it must be 1 to " + RESULTS_MAX);
        }
        if (life.toMillis() < 1 || life.compareTo(LIFE_MAX) > 0) {
            throw new IllegalArgumentException(name + " lives " + life + "; it must be 1 ms to " + LIFE_MAX);
        }
        if (entity.isPresent() == coding.isPresent()) {
            throw new IllegalArgumentException(name + " finds either entities or values");
        }
    }

    /** A query for entities: their keys are kept in order, the entities come from the cache of entities. */
    public static <E> HotQuery<E> ofEntities(String name, Class<E> entity, int resultsMax, Duration life) {
        return new HotQuery<>(name, Optional.of(entity), Optional.empty(), resultsMax, life);
    }

    /**
     * A query for values, kept as they are. What it finds has to come out of the database in the query itself, not from
     * entities: those may be a moment older than the tags that the result is kept under.
     */
    public static <V> HotQuery<V> ofValues(String name, ResultCoding<V> coding, int resultsMax, Duration life) {
        return new HotQuery<>(name, Optional.empty(), Optional.of(coding), resultsMax, life);
    }
}
