package org.holdfast.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.holdfast.agent.AgentView;
import org.holdfast.agent.ConversationView;
import org.holdfast.agent.MessageView;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.json.JsonDocument;
import org.holdfast.memory.BatchReport;
import org.holdfast.memory.MemoryView;
import org.holdfast.run.RunView;
import org.holdfast.run.StepView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResultTextTest {
    private static final UUID ID = UUID.fromString("0190a6f2-1111-7222-8333-444455556666");
    private static final Instant TIME = Instant.parse("2026-01-31T10:00:00.123456Z");
    // Neither the blanks nor the zeros may get lost: the answer must be the same bytes again.
    private static final JsonDocument DOCUMENT = new JsonDocument("{\"b\": [1.50, 1E+5, \"é\\u0001\"], \"a\":null }");

    static List<Object> results() {
        return List.of(
                ID,
                new AgentView(ID, "name", null, true, 3, TIME, TIME),
                new AgentView(ID, "näme \"\\ \uD83D\uDE00", "text", false, Long.MAX_VALUE, TIME, Instant.EPOCH),
                new ConversationView(ID, ID, null, "title", 0, TIME),
                new MessageView(ID, ID, "user", null, "line\nline", TIME),
                new RunView(ID, ID, "run", "PENDING", DOCUMENT, null, 1, TIME, null),
                new StepView(ID, ID, 7, "step", "SUCCEEDED", null, DOCUMENT, TIME, TIME),
                new MemoryView(
                        ID,
                        ID,
                        "CONTEXT",
                        "text",
                        null,
                        null,
                        "s",
                        TIME,
                        List.of("a", "b"),
                        DOCUMENT,
                        1,
                        TIME,
                        TIME,
                        "k",
                        2,
                        TIME,
                        TIME,
                        null,
                        ID),
                new BatchReport(
                        2, 1, 3, List.of(new BatchReport.Rejected(3, "turn 1 exists", BatchReport.Code.duplicate))));
    }

    @ParameterizedTest
    @MethodSource("results")
    void whatComesBackEqualsWhatWentIn(Object result) {
        Object read = ResultText.read(ResultText.write(result), result.getClass());

        assertThat(read).isEqualTo(result);
    }

    @Test
    void fieldsThatAnotherVersionKnowsAreNoError() {
        String text = ResultText.write(new ConversationView(ID, ID, null, "title", 0, TIME))
                .replace("\"title\":", "\"later\":[1],\"title\":");

        assertThat(ResultText.read(text, ConversationView.class).title()).isEqualTo("title");
    }

    @Test
    void aResultOfAnotherShapeIsRefusedForGood() {
        assertThatThrownBy(() -> ResultText.read("[]", AgentView.class))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.category()).isEqualTo(ErrorCategory.CONFLICT);
                    assertThat(refused).hasMessageContaining("another version");
                });
    }
}
