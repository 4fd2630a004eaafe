package org.holdfast.memory;

import java.time.Instant;
import org.holdfast.json.JsonDocument;
import org.holdfast.model.memory.MemoryRevision;

/**
 * What a memory said before a change, as callers see it.
 *
 * @param version the memory's version that said this
 * @param change what replaced it: UPDATED or DELETED
 */
public record RevisionView(
        long version, String change, String text, JsonDocument metadata, String actor, Instant changedAt) {
    static RevisionView of(MemoryRevision revision) {
        return new RevisionView(
                revision.version(),
                revision.change().name(),
                revision.text(),
                new JsonDocument(revision.metadata()),
                revision.actor(),
                revision.changedAt());
    }
}
