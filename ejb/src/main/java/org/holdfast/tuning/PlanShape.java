package org.holdfast.tuning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.json.JsonDocument;

/**
 * What of a plan is the same while PostgreSQL goes about a statement in the same way: its nodes with their tables and indexes, without
 * estimates and conditions. Numbers in names do not count, and what a node has several times in a row counts once, so that one partition
 * more is no other plan. Pure.
 */
final class PlanShape {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of(
            "Parent Relationship",
            "Subplan Name",
            "Join Type",
            "Index Name",
            "Relation Name",
            "Function Name",
            "CTE Name");
    // Whose children these are is what the lines' places say.
    private static final List<String> SAID_BY_PLACE = List.of("Outer", "Inner", "Member");

    private PlanShape() {}

    /**
     * One line for each node, two blanks further in than the one above it.
     *
     * @param plan as {@code explain (format json)} gives it
     * @throws IllegalArgumentException when it is something else
     */
    static String of(JsonDocument plan) {
        try {
            JsonNode top = JSON.readTree(plan.text()).path(0).path("Plan");
            if (!top.isObject()) {
                throw new IllegalArgumentException("this is no plan: " + plan.text());
            }
            return of(top, "");
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("this is no JSON: " + plan.text(), malformed);
        }
    }

    private static String of(JsonNode node, String indent) {
        StringBuilder shape =
                new StringBuilder(indent).append(node.path("Node Type").asText());
        for (String name : NAMES) {
            String value = node.path(name).asText();
            if (!value.isEmpty() && !SAID_BY_PLACE.contains(value)) {
                shape.append(' ').append(value.replaceAll("\\d+", "#"));
            }
        }
        List<String> children = new ArrayList<>();
        for (JsonNode child : node.path("Plans")) {
            String next = of(child, indent + "  ");
            if (children.isEmpty() || !children.get(children.size() - 1).equals(next)) {
                children.add(next);
            }
        }
        children.forEach(child -> shape.append('\n').append(child));
        return shape.toString();
    }
}
