package org.holdfast.it.api;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.holdfast.client.HoldfastException;
import org.holdfast.client.HoldfastMemoryStore;
import org.junit.jupiter.api.Test;

/** So many embeddings that several requests are needed, and the index is asked. */
class LangChainManyIT {
    private static final int COUNT = 3_200;

    private final HashedWords model = new HashedWords();
    private final HoldfastMemoryStore store = LangChainStores.empty();

    private List<EmbeddingMatch<TextSegment>> search(String text, int results) {
        return store.search(EmbeddingSearchRequest.builder()
                        .queryEmbedding(model.embed(text).content())
                        .maxResults(results)
                        .build())
                .matches();
    }

    @Test
    void manyAreStoredFoundAndRemoved() {
        List<TextSegment> segments = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            segments.add(TextSegment.from("fact " + i, Metadata.from("half", i % 2 == 0 ? "even" : "odd")));
        }
        List<Embedding> embeddings = model.embedAll(segments).content();

        List<String> ids = store.addAll(embeddings, segments);

        assertThat(ids).hasSize(COUNT).doesNotHaveDuplicates();
        List<EmbeddingMatch<TextSegment>> best = search("fact 2718", 3);
        assertThat(best.get(0).embeddingId()).isEqualTo(ids.get(2718));
        assertThat(best.get(0).embedded()).isEqualTo(segments.get(2718));
        List<EmbeddingMatch<TextSegment>> many = search("fact 1", 1_000);
        assertThat(many).hasSize(1_000);
        assertThat(many.stream().map(EmbeddingMatch::embeddingId).collect(Collectors.toSet()))
                .hasSize(1_000)
                .isSubsetOf(Set.copyOf(ids));
        assertThatThrownBy(() -> search("fact 1", 1_001)).isInstanceOf(IllegalArgumentException.class);

        store.removeAll(metadataKey("half").isEqualTo("odd"));

        assertThat(search("fact 1", 1_000))
                .hasSize(1_000)
                .allSatisfy(match -> assertThat(match.embedded().metadata().getString("half"))
                        .isEqualTo("even"));
        store.removeAll(ids.subList(0, 1_200));
        store.removeAll();
        assertThat(search("fact 1", 10)).isEmpty();
    }

    @Test
    void anIdThatIsTakenIsTold() {
        List<String> ids = store.generateIds(2);
        List<Embedding> embeddings =
                List.of(model.embed("a").content(), model.embed("b").content());
        store.add(ids.get(1), embeddings.get(1));

        assertThatThrownBy(() -> store.addAll(ids, embeddings, null))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.category()).isEqualTo("conflict"))
                .hasMessageContaining("number 1")
                .hasMessageContaining(ids.get(1));
        assertThatThrownBy(() -> store.add(ids.get(1), embeddings.get(0)))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.category()).isEqualTo("conflict"));
        assertThat(search("a", 10)).hasSize(2);
    }

    @Test
    void anotherDimensionIsRefused() {
        assertThatThrownBy(() -> store.add(Embedding.from(new float[] {1, 2, 3})))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.category()).isEqualTo("validation"))
                .hasMessageContaining("384");
        assertThatThrownBy(() ->
                        store.add(UUID.randomUUID() + "x", model.embed("a").content()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
