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
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Appends values to a growing array: a tag of one byte, then as few bytes as the value takes. Confined to one thread. */
public final class ValueWriter {
    private static final int SIZE_FIRST = 256;

    private final boolean takesVectors;
    private byte[] bytes = new byte[SIZE_FIRST];
    private int length;

    /** @param takesVectors whether values of the database's vector types are taken */
    public ValueWriter(boolean takesVectors) {
        this.takesVectors = takesVectors;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    public ValueWriter raw(byte[] more) {
        ensure(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    public ValueWriter octet(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** An unsigned number, seven bits a byte. */
    public ValueWriter count(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    /** A number near zero in few bytes, whatever its sign. */
    public ValueWriter number(long value) {
        return count((value << 1) ^ (value >> 63));
    }

    public ValueWriter text(String value) {
        return blob(value.getBytes(StandardCharsets.UTF_8));
    }

    public ValueWriter blob(byte[] value) {
        return count(value.length).raw(value);
    }

    private ValueWriter fixed(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /**
     * A value with its type.
     *
     * @throws UncodableValueException when the type is none of those that are kept; what was written is then of no use
     */
    public ValueWriter value(@Nullable Object value) {
        Tag tag = Tag.of(value);
        octet(tag.code());
        if (value != null) {
            body(tag, value);
        }
        return this;
    }

    private void body(Tag tag, Object value) {
        switch (tag) {
            case NULL, FALSE, TRUE -> {}
            case BYTE, SHORT, INTEGER, LONG -> number(((Number) value).longValue());
            case FLOAT -> fixed(Float.floatToIntBits((Float) value));
            case DOUBLE -> fixed(Double.doubleToLongBits((Double) value));
            case BIG_DECIMAL -> decimal((BigDecimal) value);
            case BIG_INTEGER -> blob(((BigInteger) value).toByteArray());
            case STRING -> text((String) value);
            case CHARACTER -> count((Character) value);
            case BYTES -> blob((byte[]) value);
            case SQL_DATE -> number(((Date) value).getTime());
            case SQL_TIME -> number(((Time) value).getTime());
            case SQL_TIMESTAMP -> timestamp((Timestamp) value);
            case LOCAL_DATE -> number(((LocalDate) value).toEpochDay());
            case LOCAL_TIME -> count(((LocalTime) value).toNanoOfDay());
            case LOCAL_DATE_TIME -> dateTime((LocalDateTime) value);
            case OFFSET_DATE_TIME -> offsetDateTime((OffsetDateTime) value);
            case OFFSET_TIME -> offsetTime((OffsetTime) value);
            case INSTANT -> instant((Instant) value);
            case UUID -> uuid((UUID) value);
            case PG_OBJECT -> PostgresValues.write(this, value, takesVectors);
            case LIST -> list((Object[]) value);
        }
    }

    private void decimal(BigDecimal value) {
        number(value.scale()).blob(value.unscaledValue().toByteArray());
    }

    private void timestamp(Timestamp value) {
        number(Math.floorDiv(value.getTime(), 1000L)).count(value.getNanos());
    }

    private void dateTime(LocalDateTime value) {
        number(value.toLocalDate().toEpochDay()).count(value.toLocalTime().toNanoOfDay());
    }

    private void offsetDateTime(OffsetDateTime value) {
        dateTime(value.toLocalDateTime());
        number(value.getOffset().getTotalSeconds());
    }

    private void offsetTime(OffsetTime value) {
        count(value.toLocalTime().toNanoOfDay()).number(value.getOffset().getTotalSeconds());
    }

    private void instant(Instant value) {
        number(value.getEpochSecond()).count(value.getNano());
    }

    private void uuid(UUID value) {
        fixed(value.getMostSignificantBits()).fixed(value.getLeastSignificantBits());
    }

    private void list(Object[] values) {
        count(values.length);
        for (Object each : values) {
            value(each);
        }
    }
}
