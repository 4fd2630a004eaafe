package org.holdfast.memory;

import java.util.List;

/**
 * A memory near a vector.
 *
 * @param score cosine similarity, -1 to 1
 * @param embedding the memory's own vector
 */
public record NearMemory(double score, MemoryView memory, List<Float> embedding) {
    public NearMemory {
        embedding = List.copyOf(embedding);
    }
}
