package org.holdfast.tuning;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the indexes of all tables are used.
 *
 * @param nodes that were asked: what one of the others uses is not known
 * @param advice the largest first
 */
public record IndexUsage(List<Asked> nodes, List<String> notAsked, List<IndexAdvice> advice) {
    /**
     * A node that answered.
     *
     * @param since when it began to count: what happens once a month needs a month
     */
    public record Asked(String node, @Nullable Instant since) {}
}
