package org.holdfast.web.memory;

import java.util.List;
import org.holdfast.memory.NearMemory;

/** What is near a vector, the nearest first. */
public record NearestView(List<NearMemory> items, double tookMillis) {
    public NearestView {
        items = List.copyOf(items);
    }
}
