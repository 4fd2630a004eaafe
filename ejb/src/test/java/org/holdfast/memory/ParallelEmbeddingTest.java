package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ParallelEmbeddingTest {
    private final List<String> inferred = new ArrayList<>();
    private final HeldThreads threads = new HeldThreads();

    private ParallelEmbedding embedding(int memoEntries) {
        return new ParallelEmbedding(new InProcessSource(new LengthModel(inferred), 2), threads, memoEntries);
    }

    @Test
    void theVectorsComeInTheOrderOfTheTexts() {
        CompletableFuture<List<float[]>> vectors = embedding(10).embedAll(List.of("ccc", "a", "bb"));
        threads.runAll();

        assertThat(vectors.join()).extracting(vector -> vector[0]).containsExactly(3f, 1f, 2f);
    }

    @Test
    void aRepeatedTextIsEmbeddedOnce() {
        ParallelEmbedding embedding = embedding(10);

        CompletableFuture<List<float[]>> first = embedding.embedAll(List.of("yes", "no", "yes"));
        threads.runAll();
        CompletableFuture<List<float[]>> second = embedding.embedAll(List.of("no"));
        threads.runAll();

        assertThat(first.join()).hasSize(3);
        assertThat(second.join()).hasSize(1);
        assertThat(inferred).containsExactlyInAnyOrder("yes", "no");
    }

    @Test
    void theTextsAskedForLeastRecentlyAreForgotten() {
        ParallelEmbedding embedding = embedding(2);

        for (String text : List.of("a", "b", "a", "c", "a", "b")) {
            assertThat(embedding.embed(text)).hasSize(1);
        }

        assertThat(inferred).containsExactly("a", "b", "c", "b");
    }

    @Test
    void longTextsAreNotRemembered() {
        ParallelEmbedding embedding = embedding(10);
        String text = "x".repeat(VectorMemo.CHARS_MAX + 1);

        assertThat(embedding.embed(text)).hasSize(1);
        assertThat(embedding.embed(text)).hasSize(1);

        assertThat(inferred).hasSize(2);
    }

    @Test
    void aTextWithNothingToReadIsEmbeddedAsAFullStop() {
        assertThat(embedding(10).embed("\u200b")).containsExactly(1f);
        assertThat(inferred).containsExactly(".");
    }

    @Test
    void noMoreThreadsAreTakenThanInferencesMayRun() {
        CompletableFuture<List<float[]>> vectors = embedding(10).embedAll(List.of("a", "b", "c", "d"));
        CompletableFuture<List<float[]>> more = embedding(10).embedAll(List.of("e"));

        assertThat(vectors).isNotDone();
        assertThat(threads.waiting).hasSize(2 + 1);
        threads.runAll();
        assertThat(vectors.join()).hasSize(4);
        assertThat(more.join()).hasSize(1);
    }

    @Test
    void oneFailureFailsTheWhole() {
        CompletableFuture<List<float[]>> vectors = embedding(10).embedAll(List.of("a", LengthModel.BROKEN, "b"));
        threads.runAll();

        assertThatThrownBy(vectors::join).hasRootCauseMessage("the model is broken");
    }

    @Test
    void aSourceThatTakesSeveralTextsIsGivenFullCallsOfWhatIsNotKnownYet() {
        LengthSource source = new LengthSource();
        ParallelEmbedding embedding = new ParallelEmbedding(source, threads, 10);
        assertThat(embedding.embed("bb")).containsExactly(2f);

        CompletableFuture<List<float[]>> vectors =
                embedding.embedAll(List.of("a", "bb", "ccc", "a", "dddd", "eeeee", "bb"));
        threads.runAll();

        assertThat(vectors.join()).extracting(vector -> vector[0]).containsExactly(1f, 2f, 3f, 1f, 4f, 5f, 2f);
        assertThat(source.calls).containsExactly(List.of("bb"), List.of("a", "ccc", "dddd"), List.of("eeeee"));
    }

    @Test
    void whatAnEarlierCallHasMadeMeanwhileIsNotAskedForAgain() {
        LengthSource source = new LengthSource();
        ParallelEmbedding embedding = new ParallelEmbedding(source, threads, 10);

        CompletableFuture<List<float[]>> first = embedding.embedAll(List.of("a", "bb"));
        CompletableFuture<List<float[]>> second = embedding.embedAll(List.of("bb", "ccc", "a"));
        threads.runAll();

        assertThat(first.join()).extracting(vector -> vector[0]).containsExactly(1f, 2f);
        assertThat(second.join()).extracting(vector -> vector[0]).containsExactly(2f, 3f, 1f);
        assertThat(source.calls).containsExactly(List.of("a", "bb"), List.of("ccc"));
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotEmbedded() {
        CompletableFuture<List<float[]>> vectors = embedding(10).embedAll(List.of("a", "b"));

        vectors.cancel(false);
        threads.runAll();

        assertThat(inferred).isEmpty();
    }

    @Test
    void aSourceIsToldWhenOtherCallsHaveFailed() {
        LengthSource source = new LengthSource();
        List<Boolean> wanted = new ArrayList<>();
        List<CompletableFuture<List<float[]>>> vectors = new ArrayList<>();
        source.whileEmbedding = isWanted -> {
            wanted.add(isWanted.getAsBoolean());
            vectors.get(0).completeExceptionally(new IllegalStateException("another call failed"));
            wanted.add(isWanted.getAsBoolean());
        };

        vectors.add(new ParallelEmbedding(source, threads, 10).embedAll(List.of("a")));
        threads.runAll();

        assertThat(wanted).containsExactly(true, false);
    }

    @Test
    void noTextsNeedNoThread() {
        assertThat(embedding(10).embedAll(List.of())).isCompletedWithValue(List.of());
        assertThat(threads.waiting).isEmpty();
    }

    /** An executor whose threads run when the test says so. */
    private static final class HeldThreads implements Executor {
        private final Deque<Runnable> waiting = new ArrayDeque<>();

        @Override
        public void execute(Runnable work) {
            waiting.add(work);
        }

        void runAll() {
            while (!waiting.isEmpty()) {
                waiting.remove().run();
            }
        }
    }

    /** Its vectors hold the length of the text; it cannot read blank ones. */
    private record LengthModel(List<String> inferred) implements EmbeddingModel {
        static final String BROKEN = "broken";

        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            String text = segments.get(0).text();
            if (text.equals("\u200b")) {
                throw new IllegalArgumentException("nothing to read");
            }
            if (text.equals(BROKEN)) {
                throw new IllegalStateException("the model is broken");
            }
            inferred.add(text);
            return Response.from(List.of(Embedding.from(new float[] {text.length()})));
        }
    }

    /** Takes three texts at once; its vectors hold the length of the text. */
    private static final class LengthSource implements EmbeddingSource {
        private final List<List<String>> calls = new ArrayList<>();
        private Consumer<BooleanSupplier> whileEmbedding = isWanted -> {};

        @Override
        public int textsMax() {
            return 3;
        }

        @Override
        public int callsMax() {
            return 1;
        }

        @Override
        public List<float[]> embed(List<String> texts, BooleanSupplier isWanted) {
            calls.add(List.copyOf(texts));
            whileEmbedding.accept(isWanted);
            return texts.stream().map(text -> new float[] {text.length()}).toList();
        }
    }
}
