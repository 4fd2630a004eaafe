package org.holdfast.memory;

import java.util.UUID;

/**
 * What became of a memory that was to be kept.
 *
 * @param id of the memory that says it now
 */
record Kept(UUID id, How how) {
    enum How {
        /** It is a new one. */
        CREATED,
        /** The one under its key says it now. */
        REPLACED,
        /** One that says it was there, and counts it. */
        REPEATED
    }
}
