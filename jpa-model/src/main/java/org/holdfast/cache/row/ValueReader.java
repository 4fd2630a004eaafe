package org.holdfast.cache.row;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ValueWriter} wrote. Bytes of anything else give values of no meaning or an
 * {@link IndexOutOfBoundsException}. Confined to one thread.
 */
public final class ValueReader {
    private final byte[] bytes;
    private int at;

    public ValueReader(byte[] bytes, int from) {
        this.bytes = bytes;
        this.at = from;
    }

    public int octet() {
        return bytes[at++] & 0xFF;
    }

    public long count() {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes[at++];
            value |= (long) (next & 0x7F) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    public long number() {
        long folded = count();
        return (folded >>> 1) ^ -(folded & 1);
    }

    public String text() {
        int size = Math.toIntExact(count());
        String value = new String(bytes, at, size, StandardCharsets.UTF_8);
        at += size;
        return value;
    }

    public byte[] blob() {
        int size = Math.toIntExact(count());
        byte[] value = Arrays.copyOfRange(bytes, at, at + size);
        at += size;
        return value;
    }

    private long fixed() {
        long value = 0;
        for (int each = 0; each < 8; each++) {
            value = (value << 8) | octet();
        }
        return value;
    }

    public @Nullable Object value() {
        return switch (Tag.at(octet())) {
            case NULL -> null;
            case FALSE -> false;
            case TRUE -> true;
            case BYTE -> (byte) number();
            case SHORT -> (short) number();
            case INTEGER -> (int) number();
            case LONG -> number();
            case FLOAT -> Float.intBitsToFloat((int) fixed());
            case DOUBLE -> Double.longBitsToDouble(fixed());
            case BIG_DECIMAL -> decimal();
            case BIG_INTEGER -> new BigInteger(blob());
            case STRING -> text();
            case CHARACTER -> (char) count();
            case BYTES -> blob();
            case SQL_DATE -> new Date(number());
            case SQL_TIME -> new Time(number());
            case SQL_TIMESTAMP -> timestamp();
            case LOCAL_DATE -> LocalDate.ofEpochDay(number());
            case LOCAL_TIME -> LocalTime.ofNanoOfDay(count());
            case LOCAL_DATE_TIME -> dateTime();
            case OFFSET_DATE_TIME -> OffsetDateTime.of(dateTime(), offset());
            case OFFSET_TIME -> OffsetTime.of(LocalTime.ofNanoOfDay(count()), offset());
            case INSTANT -> Instant.ofEpochSecond(number(), count());
            case UUID -> new UUID(fixed(), fixed());
            case PG_OBJECT -> PostgresValues.read(value(), value());
            case LIST -> list();
        };
    }

    private BigDecimal decimal() {
        int scale = Math.toIntExact(number());
        return new BigDecimal(new BigInteger(blob()), scale);
    }

    private Timestamp timestamp() {
        Timestamp value = new Timestamp(number() * 1000);
        value.setNanos((int) count());
        return value;
    }

    private LocalDateTime dateTime() {
        LocalDate date = LocalDate.ofEpochDay(number());
        return LocalDateTime.of(date, LocalTime.ofNanoOfDay(count()));
    }

    private ZoneOffset offset() {
        return ZoneOffset.ofTotalSeconds((int) number());
    }

    private @Nullable Object[] list() {
        @Nullable Object[] values = new @Nullable Object[Math.toIntExact(count())];
        for (int each = 0; each < values.length; each++) {
            values[each] = value();
        }
        return values;
    }
}
