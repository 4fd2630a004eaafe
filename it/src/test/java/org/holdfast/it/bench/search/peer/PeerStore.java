package org.holdfast.it.bench.search.peer;

import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.pgvector.DefaultMetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageMode;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore.SearchMode;
import java.util.List;
import javax.sql.DataSource;

/** How the peer keeps memories: everything it can do by itself to be fast. */
public final class PeerStore {
    /** The schema of its table, which must be first in the search path. */
    public static final String SCHEMA = "peer";

    /** What of the metadata is filtered by. */
    public static final String AGENT = "agent";

    private static final String TABLE = "passage";
    private static final int DIMENSIONS = 384;

    private PeerStore() {}

    /** A store over the table as it is. */
    public static PgVectorEmbeddingStore open(DataSource dataSource, SearchMode mode) {
        return store(dataSource, mode, false, 0);
    }

    /** Makes the table, without rows. */
    public static PgVectorEmbeddingStore create(DataSource dataSource) {
        return store(dataSource, SearchMode.VECTOR, true, 0);
    }

    /** Makes its indexes, of the rows that are there. An IVFFlat index of an empty table would have its lists anywhere. */
    public static void index(DataSource dataSource, int rows) {
        // What pgvector's own manual recommends up to a million rows.
        int lists = Math.max(1, rows / 1_000);
        // With this mode also that of the words.
        PgVectorEmbeddingStore unused = store(dataSource, SearchMode.HYBRID, false, lists);
    }

    /** Those of one agent. */
    public static Filter byAgent(String agent) {
        return new IsEqualTo(AGENT, agent);
    }

    private static PgVectorEmbeddingStore store(DataSource dataSource, SearchMode mode, boolean isNew, int lists) {
        return PgVectorEmbeddingStore.datasourceBuilder()
                .datasource(dataSource)
                .table(TABLE)
                .dimension(DIMENSIONS)
                .createTable(isNew)
                .useIndex(lists > 0)
                .indexListSize(lists > 0 ? lists : null)
                .skipCreateVectorExtension(true)
                .searchMode(mode)
                .textSearchConfig("english")
                .metadataStorageConfig(DefaultMetadataStorageConfig.builder()
                        .storageMode(MetadataStorageMode.COLUMN_PER_KEY)
                        .columnDefinitions(List.of(AGENT + " text null"))
                        .indexes(List.of(AGENT))
                        .indexType("btree")
                        .build())
                .build();
    }
}
