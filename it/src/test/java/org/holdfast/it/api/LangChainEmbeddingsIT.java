package org.holdfast.it.api;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreWithFilteringIT;

/** LangChain4j's tests of stores of embeddings, with filters, all of them. */
class LangChainEmbeddingsIT extends EmbeddingStoreWithFilteringIT {
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

    @Override
    protected boolean supportsContains() {
        return true;
    }
}
