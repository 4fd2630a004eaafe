package org.holdfast.web.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.memory.BatchLine;
import org.holdfast.memory.MemoryDraft;
import org.holdfast.web.ProblemException;
import org.junit.jupiter.api.Test;

class BatchLinesTest {
    private static List<BatchLine> lines(String body) {
        return lines(body.getBytes(StandardCharsets.UTF_8));
    }

    private static List<BatchLine> lines(byte[] body) {
        List<BatchLine> read = new ArrayList<>();
        new BatchLines(new ByteArrayInputStream(body), 384).forEachRemaining(read::add);
        return read;
    }

    private static void assertInvalid(String line, String reason) {
        BatchLine only = lines(line).get(0);
        assertThat(only.draft()).as(line).isEmpty();
        assertThat(only.reason()).as(line).contains(reason);
    }

    @Test
    void aTurnAsItComesFromATurnFileIsAMemory() {
        MemoryDraft draft = lines(
                        "{\"conversation\":\"c\",\"turn\":3,\"speaker\":\"Ann\",\"text\":\"hi\",\"at\":\"2026-01-31T10:00:00Z\"}")
                .get(0)
                .draft()
                .orElseThrow();

        assertThat(draft.kind()).isEqualTo("CONVERSATION");
        assertThat(draft.turn()).contains(3);
        assertThat(draft.agentId()).isEmpty();
        assertThat(draft.metadata().text()).isEqualTo("{}");
    }

    @Test
    void linesKeepTheirNumbersAcrossBlankAndBadOnes() {
        List<BatchLine> read = lines("{\"conversation\":\"c\",\"text\":\"a\"}\r\n\n  \nbroken\n"
                + "{\"conversation\":\"c\",\"text\":\"b\"}");

        assertThat(read).extracting(BatchLine::number).containsExactly(1, 4, 5);
        assertThat(read).extracting(line -> line.draft().isPresent()).containsExactly(true, false, true);
    }

    @Test
    void whatIsWrongWithALineIsSaid() {
        assertInvalid("[]", "object");
        assertInvalid("{\"text\":\"a\"}", "'kind' is missing");
        assertInvalid("{\"kind\":\"CONTEXT\",\"text\":\"a\",\"key\":\"k\"}", "'key' is only for");
        assertInvalid("{\"kind\":\"PREFERENCE\",\"text\":\"a\",\"key\":\"\"}", "'key' is empty");
        assertInvalid(
                "{\"kind\":\"CONTEXT\",\"text\":\"a\",\"supersedes\":\"00000000-0000-0000-0000-000000000001\"}",
                "not for lines of a batch");
        assertInvalid("{\"kind\":\"TURN\",\"text\":\"a\"}", "kind must be one of");
        assertInvalid("{\"conversation\":\"c\"}", "'text' is missing");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"  \"}", "'text' is blank");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"" + "a".repeat(32_001) + "\"}", "32001 characters");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"a\",\"turn\":-1}", "turn is -1");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"a\",\"turn\":\"1\"}", "'turn' must be a whole number");
        assertInvalid("{\"kind\":\"CONTEXT\",\"text\":\"a\",\"turn\":1}", "conversation");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"a\",\"mood\":\"?\"}", "'mood' is not known");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"\\u0000\"}", "U+0000");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"\\ud800\"}", "surrogate");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"a\",\"metadata\":[1]}", "'metadata' must be an object");
        assertInvalid(
                "{\"conversation\":\"c\",\"text\":\"a\",\"metadata\":{\"k\":\"" + "v".repeat(17_000) + "\"}}",
                "'metadata' has");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"a\",\"tags\":[\"\"]}", "'tags' is empty");
        assertInvalid("{\"conversation\":\"c\",\"text\":\"a\",\"at\":\"yesterday\"}", "'at' must be a time");
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWithTheirLine() {
        byte[] body = "{\"conversation\":\"c\",\"text\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        body[body.length - 3] = (byte) 0xff;

        assertThat(lines(body).get(0).reason()).contains("UTF-8");
    }

    @Test
    void anEndlessLineIsRefusedWithoutBeingKept() {
        assertInvalid("x".repeat(BatchLines.LINE_BYTES_MAX + 1), "the most is");
    }

    @Test
    void aBatchOfTooManyLinesIsRefusedAsAWhole() throws IOException {
        String fits = "{}\n".repeat(BatchBody.LINES_MAX);

        try (BatchBody body = BatchBody.receive(new ByteArrayInputStream(fits.getBytes(StandardCharsets.UTF_8)))) {
            List<BatchLine> read = new ArrayList<>();
            body.lines(384).forEachRemaining(read::add);
            assertThat(read).hasSize(BatchBody.LINES_MAX);
        }
        assertThatThrownBy(() -> BatchBody.receive(
                                new ByteArrayInputStream((fits + "{}").getBytes(StandardCharsets.UTF_8)))
                        .close())
                .isInstanceOf(ProblemException.class)
                .hasMessage("the batch has more than 10000 lines");
    }
}
