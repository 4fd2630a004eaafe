package org.holdfast.web.memory;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.holdfast.memory.MemoryFilter;
import org.holdfast.memory.MetadataFilter;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Which memories to remove: those that are all that is given, and something must be given.
 *
 * @param ids at most 1000; those that are not there are passed over
 * @param filter of the metadata
 */
public record ForgetRequest(
        @Nullable UUID agentId,
        @Nullable String kind,
        @Nullable String conversation,
        @Nullable List<@Nullable UUID> ids,
        @Nullable JsonDocument filter) {
    private static final int IDS_MAX = 1_000;

    public ForgetRequest {
        Fields.optionalText("conversation", conversation, MemoryFields.NAME_CHARS_MAX);
        Fields.optionalText("kind", kind, MemoryFields.KIND_CHARS_MAX);
        if (ids != null && ids.size() > IDS_MAX) {
            throw ProblemException.badRequest(
                    "field 'ids' has " + ids.size() + " ids; it must have at most " + IDS_MAX);
        }
    }

    MemoryFilter scope() {
        return new MemoryFilter(
                Optional.ofNullable(agentId),
                Optional.ofNullable(conversation),
                Optional.ofNullable(kind),
                Optional.empty());
    }

    Optional<Set<UUID>> wantedIds() {
        if (ids == null) {
            return Optional.empty();
        }
        Set<UUID> wanted = new LinkedHashSet<>();
        for (UUID id : ids) {
            wanted.add(Fields.required("ids", id));
        }
        return Optional.of(wanted);
    }

    Optional<MetadataFilter> metadata() {
        return FilterRequest.read(filter);
    }
}
