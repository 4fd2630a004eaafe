package org.holdfast.web.memory;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.memory.MemoryPosition;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/** Where a page of memories ended, as a text that means nothing to callers. Pure. */
final class MemoryCursor {
    // Told apart from the cursors of other lists by its first byte.
    private static final byte FORMAT = 3;
    private static final int BYTES = 1 + 4 + 16;

    private MemoryCursor() {}

    static String of(MemoryPosition position) {
        byte[] bytes = new byte[BYTES];
        ByteBuffer.wrap(bytes)
                .put(FORMAT)
                .putInt(position.turn())
                .putLong(position.id().getMostSignificantBits())
                .putLong(position.id().getLeastSignificantBits());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Reads a cursor.
     *
     * @param cursor null where the list begins
     * @throws ProblemException (400) when it is none of these
     */
    static Optional<MemoryPosition> read(@Nullable String cursor) {
        if (cursor == null) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (bytes.remaining() == BYTES && bytes.get() == FORMAT) {
                int turn = bytes.getInt();
                if (turn >= 0) {
                    return Optional.of(new MemoryPosition(turn, new UUID(bytes.getLong(), bytes.getLong())));
                }
            }
        } catch (IllegalArgumentException notBase64) {
            throw bad();
        }
        throw bad();
    }

    private static ProblemException bad() {
        return ProblemException.badRequest("cursor is not one that this list answered");
    }
}
