package org.holdfast.web.audit;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import org.holdfast.audit.EntryFilter;
import org.holdfast.audit.EntryView;
import org.holdfast.web.ProblemException;

/** Where a page of entries ended, as a text that means nothing to callers. Pure. */
final class EntryCursor {
    private static final int BYTES = 3 * Long.BYTES;

    private EntryCursor() {}

    static String after(EntryView entry) {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, entry.at()))
                .putLong(entry.id().getMostSignificantBits())
                .putLong(entry.id().getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static EntryFilter.Place parse(String cursor) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (bytes.remaining() == BYTES) {
                return new EntryFilter.Place(bytes.getLong(), new UUID(bytes.getLong(), bytes.getLong()));
            }
        } catch (IllegalArgumentException malformed) {
            throw bad();
        }
        throw bad();
    }

    private static ProblemException bad() {
        return ProblemException.badRequest("cursor is not one that this list answered as 'next'");
    }
}
