package org.holdfast.tuning;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node spends its time on.
 *
 * @param since when the server began to count
 * @param items the most expensive first
 */
public record SlowQueries(String node, @Nullable Instant since, List<SlowQuery> items) {}
