package org.holdfast.it.api;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreAddAllContract;
import dev.langchain4j.store.embedding.EmbeddingStoreRemoveAllContract;
import org.holdfast.client.HoldfastMemoryStore;

/** LangChain4j's tests of what a store sees before it asks a server: there is none here. */
class LangChainArgumentsIT implements EmbeddingStoreAddAllContract, EmbeddingStoreRemoveAllContract {
    @Override
    public EmbeddingStore<TextSegment> embeddingStore() {
        return HoldfastMemoryStore.builder()
                .url("http://localhost:1")
                .user("nobody")
                .password("none")
                .build();
    }
}
