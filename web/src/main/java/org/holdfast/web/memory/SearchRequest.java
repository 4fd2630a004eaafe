package org.holdfast.web.memory;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.memory.MemoryQuery;
import org.holdfast.memory.SearchMode;
import org.holdfast.memory.SearchQuality;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * A search.
 *
 * @param agentId all of the tenant's agents if not given
 * @param tags a memory must have all of them
 * @param limit 1 to 100; 10 if not given
 * @param quality BALANCED if not given
 * @param mode hybrid if not given
 * @param superseded whether memories are found too that others have superseded; false if not given
 * @param explain whether each memory comes with what its score is made of; false if not given
 */
public record SearchRequest(
        String query,
        @Nullable UUID agentId,
        @Nullable String kind,
        @Nullable String conversation,
        @Nullable List<@Nullable String> tags,
        @Nullable Integer limit,
        @Nullable SearchQuality quality,
        @Nullable SearchMode mode,
        @Nullable Boolean superseded,
        @Nullable Boolean explain) {
    private static final int QUERY_CHARS_MAX = 4_000;
    private static final int LIMIT_DEFAULT = 10;
    private static final int LIMIT_MAX = 100;

    public SearchRequest {
        Fields.text("query", query, QUERY_CHARS_MAX);
        Fields.optionalText("conversation", conversation, MemoryFields.NAME_CHARS_MAX);
        Fields.optionalText("kind", kind, MemoryFields.KIND_CHARS_MAX);
        if (limit != null && (limit < 1 || limit > LIMIT_MAX)) {
            throw ProblemException.badRequest(
                    "field 'limit' is " + limit + "; it must be a whole number from 1 to " + LIMIT_MAX);
        }
    }

    MemoryQuery search() {
        return new MemoryQuery(
                query,
                Optional.ofNullable(agentId),
                Optional.ofNullable(kind),
                Optional.ofNullable(conversation),
                MemoryFields.tags(tags),
                limit == null ? LIMIT_DEFAULT : limit,
                quality == null ? SearchQuality.BALANCED : quality,
                mode == null ? SearchMode.hybrid : mode,
                superseded != null && superseded,
                explain != null && explain);
    }
}
