package org.holdfast.it.api;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreWithRemovalIT;

/** LangChain4j's tests of stores that can remove, all of them. */
class LangChainRemovalIT extends EmbeddingStoreWithRemovalIT {
    private final EmbeddingModel model = new HashedWords();
    private final EmbeddingStore<TextSegment> store = LangChainStores.empty();

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
        return store;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
        return model;
    }
}
