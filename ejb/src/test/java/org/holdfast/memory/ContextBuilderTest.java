package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContextBuilderTest {
    private static final UUID AGENT = new UUID(0, 1);
    private static final Instant AT = Instant.parse("2026-01-31T10:00:00Z");
    private static final int AMPLE = 10_000;

    /** A token for each word and each line break. */
    private static int tokens(String text) {
        int breaks = Math.toIntExact(text.chars().filter(c -> c == '\n').count());
        return text.isBlank() ? breaks : text.strip().split("\\s+").length + breaks;
    }

    private static UUID id(String conversation, int turn) {
        return new UUID(conversation.hashCode(), turn);
    }

    private static FoundMemory found(String conversation, int turn, double score) {
        return found(conversation, turn, score, "said in " + conversation + turn);
    }

    private static FoundMemory found(String conversation, int turn, double score, String text) {
        return new FoundMemory(
                id(conversation, turn),
                text,
                score,
                "CONVERSATION",
                AGENT,
                conversation,
                turn,
                "Ann",
                AT,
                List.of(),
                null,
                null,
                AT,
                null,
                null,
                null);
    }

    private static FoundMemory preference(int number, double score, String text) {
        return new FoundMemory(
                new UUID(7, number),
                text,
                score,
                "PREFERENCE",
                AGENT,
                null,
                null,
                null,
                AT,
                List.of(),
                null,
                null,
                AT,
                null,
                null,
                null);
    }

    private static MemoryView next(String conversation, int turn) {
        return next(conversation, turn, "said in " + conversation + turn);
    }

    private static MemoryView next(String conversation, int turn, String text) {
        return new MemoryView(
                id(conversation, turn),
                AGENT,
                "CONVERSATION",
                text,
                conversation,
                turn,
                "Bob",
                AT,
                List.of(),
                new JsonDocument("{}"),
                0,
                AT,
                AT,
                null,
                1,
                null,
                AT,
                null,
                null);
    }

    private static MemoryContext build(int budget, List<FoundMemory> found, MemoryView... around) {
        return ContextBuilder.build(found, List.of(around), budget, ContextBuilderTest::tokens);
    }

    private static List<String> spans(MemoryContext context) {
        return context.passages().stream()
                .map(passage -> passage.conversation() + span(passage.from(), passage.to()))
                .toList();
    }

    private static String span(@Nullable Integer from, @Nullable Integer to) {
        return from == null ? "" : " " + from + "-" + to;
    }

    @Test
    void aTextForAPromptHasNumberAndDayAboveEachPassage() {
        MemoryContext context = build(AMPLE, List.of(found("a", 4, 0.9), preference(1, 0.5, "likes\nmilk")));

        assertThat(context.text()).isEqualTo("[1] 2026-01-31\nAnn: said in a4\n\n[2] 2026-01-31\nlikes\nmilk");
        assertThat(context.tokens()).isEqualTo(tokens(context.text()));
        ContextPassage second = context.passages().get(1);
        assertThat(second.text()).isEqualTo("likes\nmilk");
        assertThat(second.score()).isEqualTo(0.5);
        assertThat(second.memories()).containsExactly(new UUID(7, 1));
        assertThat(second.from()).isNull();
    }

    @Test
    void findsNextToEachOtherAreOnePassageInTheirOrder() {
        MemoryContext context = build(AMPLE, List.of(found("a", 5, 0.9), found("b", 1, 0.8), found("a", 4, 0.2)));

        assertThat(spans(context)).containsExactly("a 4-5", "b 1-1");
        assertThat(context.passages().get(0).text()).isEqualTo("Ann: said in a4\nAnn: said in a5");
        assertThat(context.passages().get(0).score()).isEqualTo(0.9);
        assertThat(context.passages().get(0).memories()).containsExactly(id("a", 4), id("a", 5));
    }

    @Test
    void aGapOfOneTurnIsFilledAndAWiderOneIsNot() {
        MemoryContext context = build(
                AMPLE,
                List.of(found("a", 1, 0.9), found("a", 3, 0.8), found("a", 9, 0.7)),
                next("a", 0),
                next("a", 2),
                next("a", 4),
                next("a", 8),
                next("a", 10));

        assertThat(spans(context)).containsExactly("a 0-4", "a 8-10");
        assertThat(context.passages().get(0).text()).contains("Bob: said in a2");
    }

    @Test
    void aGapIsFilledBeforeWhatStandsAround() {
        List<FoundMemory> found = List.of(found("a", 1, 0.9), found("a", 3, 0.8));

        // Header 2 and 2 breaks, three lines of 4 words and a break.
        MemoryContext context = build(19, found, next("a", 0), next("a", 2), next("a", 4));

        assertThat(spans(context)).containsExactly("a 1-3");
        assertThat(context.passages().get(0).memories()).hasSize(3);
    }

    @Test
    void theTurnAfterTheBestFindIsTheFirstOfItsSurroundings() {
        List<FoundMemory> found = List.of(found("a", 5, 0.9), found("b", 5, 0.1));

        MemoryContext context = build(24, found, next("b", 6), next("b", 4), next("a", 4), next("a", 6));

        assertThat(spans(context)).containsExactly("a 5-6", "b 5-5");
    }

    @Test
    void findsDoNotTakeTheRoomOfTheirSurroundings() {
        List<FoundMemory> found = IntStream.range(0, 20)
                .mapToObj(i -> found("talk" + i, 5, 1 - i / 20.0))
                .toList();

        MemoryContext context = build(60, found, next("talk0", 4), next("talk0", 6));

        assertThat(spans(context)).startsWith("talk0 4-6").hasSizeGreaterThan(3);
    }

    @Test
    void whatIsFoundKeepsItsScoreAlsoWhereItComesAsSurroundings() {
        // Both together are more than three quarters.
        MemoryContext context = build(14, List.of(found("a", 1, 0.9), found("a", 2, 0.7)), next("a", 2), next("a", 1));

        assertThat(spans(context)).containsExactly("a 1-2");
        assertThat(context.passages().get(0).text()).isEqualTo("Ann: said in a1\nAnn: said in a2");
    }

    @Test
    void theSameTextIsSaidOnceByItsBestFind() {
        MemoryContext context = build(
                AMPLE,
                List.of(found("a", 1, 0.9, "It is late."), found("b", 1, 0.8, " it  is LATE. "), found("c", 1, 0.7)),
                next("c", 2, "It is late."));

        assertThat(spans(context)).containsExactly("a 1-1", "c 1-1");
    }

    @Test
    void whatDoesNotFitIsLeftOutInFavourOfWhatDoes() {
        String large = "word ".repeat(50);

        MemoryContext context = build(20, List.of(found("a", 1, 0.9, large), found("b", 1, 0.8)));

        assertThat(spans(context)).containsExactly("b 1-1");
        assertThat(build(16, List.of(found("a", 1, 0.9, large)))).isEqualTo(new MemoryContext("", 0, List.of()));
        assertThat(build(16, List.of())).isEqualTo(new MemoryContext("", 0, List.of()));
    }

    @Test
    void aPassageThatDoesNotFitWholeHasItsBestTurns() {
        List<FoundMemory> found = List.of(
                found("a", 3, 0.9), found("a", 1, 0.8), found("a", 2, 0.7, "word ".repeat(50)), found("a", 4, 0.6));

        MemoryContext context = build(20, found);

        assertThat(context.passages()).hasSize(1);
        assertThat(context.passages().get(0).memories()).containsExactly(id("a", 1), id("a", 3), id("a", 4));
    }

    @Test
    void conversationsOfTheSameNameOfTwoAgentsAreTwo() {
        FoundMemory others = new FoundMemory(
                new UUID(9, 9),
                "else",
                0.5,
                "CONVERSATION",
                new UUID(0, 2),
                "a",
                2,
                null,
                AT,
                List.of(),
                null,
                null,
                AT,
                null,
                null,
                null);

        assertThat(spans(build(AMPLE, List.of(found("a", 1, 0.9), others)))).containsExactly("a 1-1", "a 2-2");
    }

    @Test
    void noBudgetIsExceededAndNothingIsSaidTwiceWhateverIsFound() {
        Random random = new Random(20260131);
        for (int round = 0; round < 300; round++) {
            List<FoundMemory> found = new ArrayList<>();
            for (int i = random.nextInt(40); i > 0; i--) {
                String conversation = "c" + random.nextInt(4);
                int turn = random.nextInt(30);
                FoundMemory memory = random.nextInt(5) == 0
                        ? preference(i, i, words(random))
                        : found(conversation, turn, i, words(random));
                if (found.stream().noneMatch(other -> other.id().equals(memory.id()))) {
                    found.add(memory);
                }
            }
            Collection<MemoryView> around = IntStream.range(0, 30)
                    .mapToObj(i -> next("c" + i % 4, i, words(random)))
                    .toList();
            int budget = 16 + random.nextInt(400);

            MemoryContext context = ContextBuilder.build(found, around, budget, ContextBuilderTest::tokens);

            assertThat(tokens(context.text())).isLessThanOrEqualTo(budget).isEqualTo(context.tokens());
            List<UUID> memories = context.passages().stream()
                    .flatMap(passage -> passage.memories().stream())
                    .toList();
            assertThat(new HashSet<>(memories)).hasSameSizeAs(memories);
            assertThat(context.passages().stream().map(ContextPassage::score).toList())
                    .isSortedAccordingTo((one, other) -> Double.compare(other, one))
                    .doesNotContain(Double.NEGATIVE_INFINITY);
            List<String> said = context.passages().stream()
                    .flatMap(passage -> passage.text().lines())
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .toList();
            assertThat(new HashSet<>(said)).hasSameSizeAs(said);
        }
    }

    private static String words(Random random) {
        return random.ints(1 + random.nextInt(12), 0, 1000)
                .mapToObj(number -> "w" + number)
                .collect(Collectors.joining(" "));
    }
}
