package org.holdfast.failover;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.holdfast.topology.LogPosition;

/** The fields of one message, in their order. Every read past the end says what was looked for, and where. */
final class PgOutputMessage {
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final ByteBuffer bytes;
    private final char type;

    PgOutputMessage(byte[] message) {
        bytes = ByteBuffer.wrap(message);
        if (message.length == 0) {
            throw new PgOutputException("an empty message");
        }
        type = (char) (bytes.get() & 0xFF);
    }

    char type() {
        return type;
    }

    /** A byte that is a letter by the protocol. */
    char letter(String what) {
        require(1, what);
        return (char) (bytes.get() & 0xFF);
    }

    int int8(String what) {
        require(1, what);
        return bytes.get();
    }

    /** A number of things: 16 bits, not negative. */
    int count(String what) {
        require(2, what);
        return notNegative(bytes.getShort(), what);
    }

    int int32(String what) {
        require(4, what);
        return bytes.getInt();
    }

    long unsigned32(String what) {
        return Integer.toUnsignedLong(int32(what));
    }

    LogPosition position(String what) {
        require(8, what);
        return new LogPosition(bytes.getLong());
    }

    Instant time(String what) {
        require(8, what);
        return POSTGRES_EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
    }

    /** A text that ends with a zero byte. */
    String name(String what) {
        int begin = bytes.position();
        int end = begin;
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        if (end == bytes.limit()) {
            throw bad(what + " has no end");
        }
        String name = new String(bytes.array(), begin, end - begin, StandardCharsets.UTF_8);
        bytes.position(end + 1);
        return name;
    }

    /** A text that its length comes before. */
    String text(String what) {
        int length = notNegative(int32("length of " + what), "length of " + what);
        require(length, what);
        String text = new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
        bytes.position(bytes.position() + length);
        return text;
    }

    /** Nothing may be left: what is not understood must not be passed over. */
    void end() {
        if (bytes.hasRemaining()) {
            throw bad(bytes.remaining() + " bytes are left over");
        }
    }

    PgOutputException bad(String why) {
        return new PgOutputException(
                "message '" + type + "', byte " + bytes.position() + " of " + bytes.limit() + ": " + why);
    }

    private void require(int length, String what) {
        if (bytes.remaining() < length) {
            throw bad("it is cut off in " + what + ", which takes " + length + " bytes");
        }
    }

    private int notNegative(int number, String what) {
        if (number < 0) {
            throw bad(what + " is " + number);
        }
        return number;
    }
}
