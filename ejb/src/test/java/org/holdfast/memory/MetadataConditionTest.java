package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.holdfast.json.JsonDocument;
import org.holdfast.memory.MetadataFilter.Comparison;
import org.holdfast.memory.MetadataFilter.Operator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetadataConditionTest {
    private static final String HOSTILE = "\"'; drop table memory.memory; -- ?\"";

    private static Comparison comparison(Operator operator, String json) {
        return new Comparison("a'key", operator, List.of(new JsonDocument(json)));
    }

    @ParameterizedTest
    @EnumSource
    void keysAndValuesAreParametersAndNothingElse(Operator operator) {
        MetadataCondition condition = MetadataCondition.of(comparison(operator, HOSTILE));

        assertThat(condition.sql()).doesNotContain("drop").doesNotContain("a'key");
        assertThat(condition.sql().chars().filter(at -> at == '?').count())
                .isEqualTo(condition.parameters().size());
        assertThat(condition.parameters().get(0)).isEqualTo("a'key");
        assertThat(condition.parameters().toString()).contains(HOSTILE);
    }

    @Test
    void whatBelongsTogetherStaysTogether() {
        Comparison one = comparison(Operator.eq, "1");
        String single = MetadataCondition.of(one).sql();

        MetadataCondition condition = MetadataCondition.of(
                new MetadataFilter.Or(List.of(new MetadataFilter.And(List.of(one, one)), new MetadataFilter.Not(one))));

        assertThat(condition.sql()).isEqualTo("((" + single + " and " + single + ") or not (" + single + "))");
        assertThat(condition.parameters()).hasSize(6);
    }

    @Test
    void onlyListsTakeSeveralValues() {
        List<JsonDocument> two = List.of(new JsonDocument("1"), new JsonDocument("2"));

        assertThat(new Comparison("k", Operator.in, two).size()).isOne();
        assertThatThrownBy(() -> new Comparison("k", Operator.eq, two)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Comparison("k", Operator.in, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
