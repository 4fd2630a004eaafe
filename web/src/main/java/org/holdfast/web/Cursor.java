package org.holdfast.web;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** Where a page of a list ended. Callers get it as a text that means nothing to them. Pure. */
public final class Cursor {
    private static final UUID BEFORE_ALL = new UUID(0, 0);
    private static final byte FORMAT_ID = 1;
    private static final byte FORMAT_NUMBER = 2;
    private static final int ID_BYTES = 1 + 16;
    private static final int NUMBER_BYTES = 1 + 4;

    private Cursor() {}

    /** The cursor after the entry with this key. */
    public static String after(UUID id) {
        byte[] bytes = new byte[ID_BYTES];
        ByteBuffer.wrap(bytes)
                .put(FORMAT_ID)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits());
        return text(bytes);
    }

    /** The cursor after the entry with this number. */
    public static String after(int number) {
        byte[] bytes = new byte[NUMBER_BYTES];
        ByteBuffer.wrap(bytes).put(FORMAT_NUMBER).putInt(number);
        return text(bytes);
    }

    static UUID id(String cursor) {
        ByteBuffer bytes = bytes(cursor, FORMAT_ID, ID_BYTES);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    static int number(String cursor) {
        int number = bytes(cursor, FORMAT_NUMBER, NUMBER_BYTES).getInt();
        if (number < 0) {
            throw bad();
        }
        return number;
    }

    static UUID beforeAll() {
        return BEFORE_ALL;
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static ByteBuffer bytes(String cursor, byte format, int length) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (bytes.remaining() == length && bytes.get() == format) {
                return bytes;
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
