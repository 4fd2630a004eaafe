package org.holdfast.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.holdfast.json.JsonDocument;
import org.junit.jupiter.api.Test;

class PlanShapeTest {
    private static String shape(String plan) {
        return PlanShape.of(new JsonDocument("[{\"Plan\": " + plan + "}]"));
    }

    private static String scan(int part, double cost) {
        return """
                {"Node Type": "Index Scan", "Parent Relationship": "Member", "Index Name": "memory_p%d_pkey",
                 "Relation Name": "memory_p%d", "Total Cost": %s, "Index Cond": "(id = $1)"}""".formatted(part, part, cost);
    }

    @Test
    void nodesAreToldWithTheirTablesAndIndexes() {
        assertThat(shape("""
                        {"Node Type": "Limit", "Plans": [{"Node Type": "Hash Join", "Parent Relationship": "Outer", "Join Type": "Left",
                         "Plans": [{"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "agent", "Alias": "a"},
                                   {"Node Type": "Hash", "Parent Relationship": "Inner"}]}]}""")).isEqualTo("""
                        Limit
                          Hash Join Left
                            Seq Scan agent
                            Hash""");
    }

    @Test
    void estimatesAreNoPartOfIt() {
        assertThat(shape(scan(1, 8.1))).isEqualTo(shape(scan(1, 900.5)));
    }

    @Test
    void onePartitionMoreIsNoOtherPlan() {
        String few = "{\"Node Type\": \"Append\", \"Plans\": [" + scan(0, 1) + "," + scan(1, 1) + "]}";
        String more =
                "{\"Node Type\": \"Append\", \"Plans\": [" + scan(0, 1) + "," + scan(1, 1) + "," + scan(12, 1) + "]}";

        assertThat(shape(more)).isEqualTo(shape(few)).isEqualTo("""
                        Append
                          Index Scan memory_p#_pkey memory_p#""");
    }

    @Test
    void anotherIndexIsAnotherPlan() {
        assertThat(shape(scan(1, 1).replace("_pkey", "_agent"))).isNotEqualTo(shape(scan(1, 1)));
    }

    @Test
    void subplansAreToldApart() {
        String plan = """
                {"Node Type": "Result", "Plans": [{"Node Type": "Result", "Parent Relationship": "%s", "Subplan Name": "%s"}]}""";

        assertThat(shape(plan.formatted("InitPlan", "InitPlan 1 (returns $0)")))
                .isNotEqualTo(shape(plan.formatted("SubPlan", "SubPlan 1")));
    }

    @Test
    void whatIsNoPlanIsRefused() {
        assertThatThrownBy(() -> PlanShape.of(new JsonDocument("{}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no plan");
        assertThatThrownBy(() -> PlanShape.of(new JsonDocument("[")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no JSON");
    }
}
