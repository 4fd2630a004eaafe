package org.holdfast.memory;

import java.util.List;

/**
 * What a search found.
 *
 * @param memories the best first
 * @param isDegraded whether it was looked for by words alone where meaning was asked for too: the tenant's vectors are being replaced
 *     by those of another model
 */
public record FoundMemories(List<FoundMemory> memories, boolean isDegraded) {
    public FoundMemories {
        memories = List.copyOf(memories);
    }
}
