package org.holdfast.web.memory;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.holdfast.memory.GivenEmbedding;
import org.holdfast.memory.MemoryFilter;
import org.holdfast.memory.NearQuery;
import org.holdfast.memory.SearchQuality;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * A search by a vector of the caller's own.
 *
 * @param agentId all of the tenant's agents if not given
 * @param tags a memory must have all of them
 * @param filter of the metadata
 * @param limit 1 to 1000; 10 if not given
 * @param quality of the index, BALANCED if not given; with a filter the comparison is exact
 * @param superseded whether memories are found too that others have superseded; false if not given
 */
public record NearestRequest(
        List<@Nullable Float> embedding,
        @Nullable UUID agentId,
        @Nullable String kind,
        @Nullable String conversation,
        @Nullable List<@Nullable String> tags,
        @Nullable JsonDocument filter,
        @Nullable Integer limit,
        @Nullable SearchQuality quality,
        @Nullable Boolean superseded) {
    private static final int LIMIT_DEFAULT = 10;
    private static final int LIMIT_MAX = 1_000;

    public NearestRequest {
        Fields.required("embedding", embedding);
        Fields.optionalText("conversation", conversation, MemoryFields.NAME_CHARS_MAX);
        Fields.optionalText("kind", kind, MemoryFields.KIND_CHARS_MAX);
        if (limit != null && (limit < 1 || limit > LIMIT_MAX)) {
            throw ProblemException.badRequest(
                    "field 'limit' is " + limit + "; it must be a whole number from 1 to " + LIMIT_MAX);
        }
    }

    NearQuery search(int dimensions) {
        return new NearQuery(
                GivenEmbedding.of(embedding, dimensions),
                new MemoryFilter(
                        Optional.ofNullable(agentId),
                        Optional.ofNullable(conversation),
                        Optional.ofNullable(kind),
                        Optional.empty()),
                MemoryFields.tags(tags),
                FilterRequest.read(filter),
                limit == null ? LIMIT_DEFAULT : limit,
                quality == null ? SearchQuality.BALANCED : quality,
                superseded != null && superseded);
    }
}
