package org.holdfast.memory;

import java.util.UUID;

/**
 * A place in a list of memories.
 *
 * @param turn {@link #NO_TURN} for a memory without one; those come last in their conversation
 */
public record MemoryPosition(int turn, UUID id) {
    /** After every turn. */
    public static final int NO_TURN = Integer.MAX_VALUE;
}
