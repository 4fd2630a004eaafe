package org.holdfast.web.memory;

import java.util.List;
import java.util.UUID;
import org.holdfast.memory.MemoryContexts;
import org.holdfast.memory.MemoryQuery;
import org.holdfast.memory.SearchMode;
import org.holdfast.memory.SearchQuality;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a context.
 *
 * @param tokens how many it may have at most, 16 to 100,000
 * @param agentId all of the tenant's agents if not given
 * @param tags a memory must have all of them
 * @param quality BALANCED if not given
 * @param mode hybrid if not given
 * @param superseded whether memories are found too that others have superseded; false if not given
 */
public record ContextRequest(
        String query,
        Integer tokens,
        @Nullable UUID agentId,
        @Nullable String kind,
        @Nullable String conversation,
        @Nullable List<@Nullable String> tags,
        @Nullable SearchQuality quality,
        @Nullable SearchMode mode,
        @Nullable Boolean superseded) {
    private static final int TOKENS_MIN = 16;
    private static final int TOKENS_MAX = 100_000;

    public ContextRequest {
        int given = Fields.required("tokens", tokens);
        if (given < TOKENS_MIN || given > TOKENS_MAX) {
            throw ProblemException.badRequest("field 'tokens' is " + given + "; it must be a whole number from "
                    + TOKENS_MIN + " to " + TOKENS_MAX);
        }
    }

    /** What to look for, with the limits of a search. */
    MemoryQuery search() {
        return new SearchRequest(
                        query,
                        agentId,
                        kind,
                        conversation,
                        tags,
                        MemoryContexts.FINDS,
                        quality,
                        mode,
                        superseded,
                        false)
                .search();
    }
}
