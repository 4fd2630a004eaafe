package org.holdfast.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Which entries, newest first.
 *
 * @param before the entry before which the page begins; empty for the newest
 */
public record EntryFilter(
        Optional<String> entity,
        Optional<String> id,
        Optional<String> actor,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<Place> before) {
    /** The place of an entry in time. */
    public record Place(long atMicros, UUID id) {}
}
