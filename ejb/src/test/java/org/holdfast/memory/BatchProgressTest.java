package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.junit.jupiter.api.Test;

class BatchProgressTest {
    private static final UUID AGENT = new UUID(0, 1);
    private static final UUID OTHER_AGENT = new UUID(0, 2);
    private static final AgentLookup AGENTS = new AgentLookup(Optional.of(AGENT), Set.of(OTHER_AGENT));

    private final BatchProgress progress = new BatchProgress();

    private static MemoryDraft turn(Optional<UUID> agent, String conversation, int turn) {
        return new MemoryDraft(
                Optional.empty(),
                agent,
                "CONVERSATION",
                "hello",
                Optional.of(conversation),
                Optional.of(turn),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                new JsonDocument("{}"),
                Optional.empty());
    }

    @Test
    void theSameTurnInOneBatchIsStoredOnce() {
        PlacedLines placed = progress.place(
                List.of(
                        BatchLine.of(1, turn(Optional.empty(), "c", 0)),
                        BatchLine.of(2, turn(Optional.empty(), "c", 1)),
                        BatchLine.of(3, turn(Optional.of(OTHER_AGENT), "c", 0)),
                        BatchLine.of(4, turn(Optional.empty(), "c", 0))),
                AGENTS);

        assertThat(placed.rows()).extracting(BatchChunk.Row::line).containsExactly(1, 2, 3);
        assertThat(placed.rejected())
                .containsExactly(new BatchReport.Rejected(
                        4, "turn 0 of conversation 'c' stands in an earlier line", BatchReport.Code.duplicate));
    }

    @Test
    void aTurnOfAnEarlierChunkIsSeenOnceThatChunkHasBegun() {
        List<BatchLine> first = List.of(BatchLine.of(1, turn(Optional.empty(), "c", 0)));
        List<BatchLine> second = List.of(BatchLine.of(2, turn(Optional.empty(), "c", 0)));

        // A session that is begun again places the same lines again.
        progress.place(first, AGENTS);
        PlacedLines again = progress.place(first, AGENTS);
        progress.begun(again);

        assertThat(again.rows()).hasSize(1);
        assertThat(progress.place(second, AGENTS).rows()).isEmpty();
    }

    @Test
    void turnsThatExistAreLeftOut() {
        PlacedLines placed = progress.place(
                List.of(
                        BatchLine.of(1, turn(Optional.empty(), "c", 0)),
                        BatchLine.of(2, turn(Optional.empty(), "c", 1))),
                AGENTS);

        PlacedLines fresh = placed.without(Set.of(new BatchChunk.Turn(new Places.ConversationKey(AGENT, "c"), 0)));

        assertThat(fresh.rows()).extracting(BatchChunk.Row::line).containsExactly(2);
        assertThat(fresh.rejected()).extracting(BatchReport.Rejected::line).containsExactly(1);
    }

    @Test
    void linesThatAreNoMemoryAndUnknownAgentsAreInvalid() {
        UUID stranger = new UUID(0, 9);

        PlacedLines placed = progress.place(
                List.of(BatchLine.invalid(1, "not JSON"), BatchLine.of(2, turn(Optional.of(stranger), "c", 0))),
                AGENTS);

        assertThat(placed.rows()).isEmpty();
        assertThat(placed.rejected())
                .containsExactly(
                        new BatchReport.Rejected(1, "not JSON", BatchReport.Code.invalid),
                        new BatchReport.Rejected(2, "there is no agent " + stranger, BatchReport.Code.invalid));
    }

    @Test
    void whatAnotherRequestStoredMeanwhileIsADuplicate() {
        PlacedLines placed = progress.place(
                List.of(
                        BatchLine.of(7, turn(Optional.empty(), "c", 0)),
                        BatchLine.of(8, turn(Optional.empty(), "c", 1))),
                AGENTS);

        progress.ended(placed.stored(Set.of(placed.rows().get(1).id())));

        BatchReport report = progress.report();
        assertThat(report.created()).isEqualTo(1);
        assertThat(report.rejected()).hasSize(1);
        assertThat(report.rejected().get(0).line()).isEqualTo(7);
        assertThat(report.rejected().get(0).code()).isEqualTo(BatchReport.Code.duplicate);
    }

    @Test
    void aTenantWithoutDefaultAgentIsToldToNameOne() {
        PlacedLines placed = progress.place(List.of(BatchLine.of(1, turn(Optional.empty(), "c", 0))), AgentLookup.NONE);

        assertThat(placed.rows()).isEmpty();
        assertThat(placed.rejected().get(0).reason()).contains("'agentId' is missing");
    }
}
