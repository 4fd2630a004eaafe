package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.junit.jupiter.api.Test;

class BatchProgressTest {
    private static final UUID AGENT = new UUID(0, 1);
    private static final UUID OTHER_AGENT = new UUID(0, 2);
    private static final AgentLookup AGENTS = new AgentLookup(Optional.of(AGENT), Set.of(OTHER_AGENT));

    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");

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
                Optional.empty(),
                MemoryLife.PLAIN);
    }

    @Test
    void theSameTurnInOneBatchIsStoredOnce() {
        PlacedLines placed = progress.place(
                List.of(
                        BatchLine.of(1, turn(Optional.empty(), "c", 0)),
                        BatchLine.of(2, turn(Optional.empty(), "c", 1)),
                        BatchLine.of(3, turn(Optional.of(OTHER_AGENT), "c", 0)),
                        BatchLine.of(4, turn(Optional.empty(), "c", 0))),
                AGENTS,
                NOW);

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
        progress.place(first, AGENTS, NOW);
        PlacedLines again = progress.place(first, AGENTS, NOW);
        progress.begun(again);

        assertThat(again.rows()).hasSize(1);
        assertThat(progress.place(second, AGENTS, NOW).rows()).isEmpty();
    }

    @Test
    void turnsThatExistAreLeftOut() {
        PlacedLines placed = progress.place(
                List.of(
                        BatchLine.of(1, turn(Optional.empty(), "c", 0)),
                        BatchLine.of(2, turn(Optional.empty(), "c", 1))),
                AGENTS,
                NOW);

        PlacedLines fresh = placed.without(Set.of(new BatchChunk.Turn(new Places.ConversationKey(AGENT, "c"), 0)));

        assertThat(fresh.rows()).extracting(BatchChunk.Row::line).containsExactly(2);
        assertThat(fresh.rejected()).extracting(BatchReport.Rejected::line).containsExactly(1);
    }

    @Test
    void linesThatAreNoMemoryAndUnknownAgentsAreInvalid() {
        UUID stranger = new UUID(0, 9);

        PlacedLines placed = progress.place(
                List.of(BatchLine.invalid(1, "not JSON"), BatchLine.of(2, turn(Optional.of(stranger), "c", 0))),
                AGENTS,
                NOW);

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
                AGENTS,
                NOW);

        UUID created = placed.rows().get(1).id();
        progress.ended(placed.stored(Map.of(created, new Kept(created, Kept.How.CREATED))));

        BatchReport report = progress.report();
        assertThat(report.created()).isEqualTo(1);
        assertThat(report.rejected()).hasSize(1);
        assertThat(report.rejected().get(0).line()).isEqualTo(7);
        assertThat(report.rejected().get(0).code()).isEqualTo(BatchReport.Code.duplicate);
    }

    @Test
    void aTenantWithoutDefaultAgentIsToldToNameOne() {
        PlacedLines placed =
                progress.place(List.of(BatchLine.of(1, turn(Optional.empty(), "c", 0))), AgentLookup.NONE, NOW);

        assertThat(placed.rows()).isEmpty();
        assertThat(placed.rejected().get(0).reason()).contains("'agentId' is missing");
    }

    @Test
    void whatWasReplacedOrCountedIsNotTakenForNew() {
        PlacedLines placed = progress.place(
                List.of(
                        BatchLine.of(1, turn(Optional.empty(), "c", 0)),
                        BatchLine.of(2, turn(Optional.empty(), "c", 1)),
                        BatchLine.of(3, turn(Optional.empty(), "c", 2)),
                        BatchLine.of(4, turn(Optional.empty(), "c", 3))),
                AGENTS,
                NOW);
        List<UUID> ids = placed.rows().stream().map(BatchChunk.Row::id).toList();

        progress.ended(placed.stored(Map.of(
                ids.get(0), new Kept(ids.get(0), Kept.How.CREATED),
                ids.get(1), new Kept(AGENT, Kept.How.REPEATED),
                ids.get(2), new Kept(AGENT, Kept.How.REPEATED),
                ids.get(3), new Kept(AGENT, Kept.How.REPLACED))));

        assertThat(progress.report()).isEqualTo(new BatchReport(1, 2, 1, List.of()));
    }

    @Test
    void aLineThatHasExpiredIsInvalid() {
        MemoryDraft draft = new MemoryDraft(
                Optional.empty(),
                Optional.empty(),
                "CONTEXT",
                "hello",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                new JsonDocument("{}"),
                Optional.empty(),
                new MemoryLife(Optional.empty(), Optional.of(NOW), Optional.empty(), Optional.empty()));

        PlacedLines placed = progress.place(List.of(BatchLine.of(1, draft)), AGENTS, NOW);

        assertThat(placed.rows()).isEmpty();
        assertThat(placed.rejected().get(0).reason()).contains("'expiresAt'");
    }
}
