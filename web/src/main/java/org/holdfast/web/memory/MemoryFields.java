package org.holdfast.web.memory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.holdfast.memory.MemoryOrder;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/** The limits of what a memory carries, the same wherever it comes in. */
final class MemoryFields {
    static final int TEXT_CHARS_MAX = 32_000;
    static final int NAME_CHARS_MAX = 200;
    static final int KIND_CHARS_MAX = 20;
    private static final int TAGS_MAX = 32;
    private static final int TAG_CHARS_MAX = 64;
    private static final int METADATA_BYTES_MAX = 16 << 10;

    private MemoryFields() {}

    /** The key in a query parameter. As a parameter's own type a malformed one would be answered with 404. */
    static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException malformed) {
            throw ProblemException.badRequest("parameter 'agentId' must be a UUID");
        }
    }

    /** The order in a query parameter. */
    static MemoryOrder order(String text) {
        return Arrays.stream(MemoryOrder.values())
                .filter(order -> order.name().equals(text))
                .findFirst()
                .orElseThrow(() -> ProblemException.badRequest(
                        "parameter 'order' must be one of " + Arrays.toString(MemoryOrder.values())));
    }

    /** The tags without repeats; none when they were not sent. */
    static Set<String> tags(@Nullable List<@Nullable String> tags) {
        Set<String> distinct = new LinkedHashSet<>();
        for (String tag : tags == null ? List.<@Nullable String>of() : tags) {
            distinct.add(Fields.text("tags", tag, TAG_CHARS_MAX));
        }
        if (distinct.size() > TAGS_MAX) {
            throw ProblemException.badRequest(
                    "field 'tags' has " + distinct.size() + " tags; it must have at most " + TAGS_MAX);
        }
        return distinct;
    }

    /** An object; an empty one when it was not sent. */
    static JsonDocument metadata(@Nullable JsonDocument metadata) {
        if (metadata == null || metadata.text().equals("null")) {
            return new JsonDocument("{}");
        }
        if (!metadata.text().startsWith("{")) {
            throw ProblemException.badRequest("field 'metadata' must be an object");
        }
        int bytes = metadata.text().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > METADATA_BYTES_MAX) {
            throw ProblemException.badRequest(
                    "field 'metadata' has " + bytes + " bytes; it must have at most " + METADATA_BYTES_MAX);
        }
        return metadata;
    }
}
