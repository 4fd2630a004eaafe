package org.holdfast.web.memory;

import java.util.List;
import org.holdfast.json.JsonDocument;
import org.holdfast.memory.MemoryChange;
import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/**
 * What a memory is to say from now on, in full: tags and metadata that are not sent are gone.
 *
 * @param metadata a JSON object
 */
public record MemoryChangeRequest(
        String text,
        @Nullable List<@Nullable String> tags,
        @Nullable JsonDocument metadata) {
    public MemoryChangeRequest {
        Fields.text("text", text, MemoryFields.TEXT_CHARS_MAX);
    }

    MemoryChange change() {
        return new MemoryChange(text, MemoryFields.tags(tags), MemoryFields.metadata(metadata));
    }
}
