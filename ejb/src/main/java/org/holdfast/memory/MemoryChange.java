package org.holdfast.memory;

import java.util.Set;
import org.holdfast.json.JsonDocument;

/**
 * What a memory is to say from now on, in full.
 *
 * @param metadata a JSON object
 */
public record MemoryChange(String text, Set<String> tags, JsonDocument metadata) {
    public MemoryChange {
        tags = Set.copyOf(tags);
    }
}
