package org.holdfast.web.health;

import java.time.Instant;
import java.util.List;
import org.holdfast.monitor.NodeHistory;
import org.holdfast.monitor.NodeSpan;

/**
 * How nodes were over a time.
 *
 * @param spanSeconds the length of each item's span
 * @param items by node and time; spans without samples are left out
 */
public record HistoryView(Instant from, Instant to, long spanSeconds, List<NodeSpan> items) {
    static HistoryView of(HistoryQuery query, NodeHistory history) {
        return new HistoryView(
                query.from(),
                query.to(),
                query.span().toSeconds(),
                history.between(query.node(), query.from(), query.to(), query.span()));
    }
}
