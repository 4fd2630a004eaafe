package org.holdfast.tuning;

import java.time.Instant;
import java.util.List;
import org.holdfast.json.JsonDocument;

/**
 * How a node has planned a statement, from the first to the last time that this was seen.
 *
 * @param id of the statement on that node
 * @param newest whether no other plan of the statement was seen since
 * @param plans how many different ones of the statement are kept
 * @param calls as the node counted them at the last time, those of other plans too; so the mean
 * @param shape a line for each node of the plan, two blanks further in than the one above it
 * @param plan in PostgreSQL's own form, as it was at the last time
 */
public record KeptPlan(
        String node,
        String id,
        Instant firstSeen,
        Instant lastSeen,
        boolean newest,
        int plans,
        long calls,
        double meanMillis,
        String text,
        List<String> shape,
        JsonDocument plan) {}
