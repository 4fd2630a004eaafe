package org.holdfast.tuning;

import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * How a node would run a statement, whatever its values are.
 *
 * @param plan in PostgreSQL's own form; absent where there is none
 * @param why there is none
 */
public record QueryPlan(
        String node,
        String id,
        String text,
        @Nullable JsonDocument plan,
        @Nullable String why) {
    static QueryPlan of(String node, long id, String text) {
        return new QueryPlan(node, Long.toString(id), text, null, null);
    }

    QueryPlan with(JsonDocument found) {
        return new QueryPlan(node, id, text, found, null);
    }

    QueryPlan without(String reason) {
        return new QueryPlan(node, id, text, null, reason);
    }
}
