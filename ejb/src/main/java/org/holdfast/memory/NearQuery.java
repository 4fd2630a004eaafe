package org.holdfast.memory;

import java.util.Optional;
import java.util.Set;

/**
 * A search by a vector that the caller made.
 *
 * @param tags a memory must have all of them
 * @param limit how many memories to find at most
 * @param withSuperseded whether memories are found too that others have superseded
 */
public record NearQuery(
        GivenEmbedding embedding,
        MemoryFilter scope,
        Set<String> tags,
        Optional<MetadataFilter> filter,
        int limit,
        SearchQuality quality,
        boolean withSuperseded) {
    public NearQuery {
        tags = Set.copyOf(tags);
    }
}
