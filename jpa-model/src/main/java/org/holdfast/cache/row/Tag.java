package org.holdfast.cache.row;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The types of values that are kept, each with the byte that says so. */
enum Tag {
    NULL(0),
    FALSE(1),
    TRUE(2),
    BYTE(3),
    SHORT(4),
    INTEGER(5),
    LONG(6),
    FLOAT(7),
    DOUBLE(8),
    BIG_DECIMAL(9),
    BIG_INTEGER(10),
    STRING(11),
    CHARACTER(12),
    BYTES(13),
    SQL_DATE(14),
    SQL_TIME(15),
    SQL_TIMESTAMP(16),
    LOCAL_DATE(17),
    LOCAL_TIME(18),
    LOCAL_DATE_TIME(19),
    OFFSET_DATE_TIME(20),
    OFFSET_TIME(21),
    INSTANT(22),
    UUID(23),
    PG_OBJECT(24),
    /** The parts of a composite key. */
    LIST(25);

    private static final Map<Class<?>, Tag> OF_CLASS = Map.ofEntries(
            Map.entry(Byte.class, BYTE),
            Map.entry(Short.class, SHORT),
            Map.entry(Integer.class, INTEGER),
            Map.entry(Long.class, LONG),
            Map.entry(Float.class, FLOAT),
            Map.entry(Double.class, DOUBLE),
            Map.entry(BigDecimal.class, BIG_DECIMAL),
            Map.entry(BigInteger.class, BIG_INTEGER),
            Map.entry(String.class, STRING),
            Map.entry(Character.class, CHARACTER),
            Map.entry(byte[].class, BYTES),
            Map.entry(Date.class, SQL_DATE),
            Map.entry(Time.class, SQL_TIME),
            Map.entry(Timestamp.class, SQL_TIMESTAMP),
            Map.entry(LocalDate.class, LOCAL_DATE),
            Map.entry(LocalTime.class, LOCAL_TIME),
            Map.entry(LocalDateTime.class, LOCAL_DATE_TIME),
            Map.entry(OffsetDateTime.class, OFFSET_DATE_TIME),
            Map.entry(OffsetTime.class, OFFSET_TIME),
            Map.entry(Instant.class, INSTANT),
            Map.entry(UUID.class, UUID),
            Map.entry(Object[].class, LIST));

    private static final Tag[] OF_CODE = new Tag[values().length];

    static {
        for (Tag tag : values()) {
            OF_CODE[tag.code] = tag;
        }
    }

    private final int code;

    Tag(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Tag of(@Nullable Object value) {
        if (value == null) {
            return NULL;
        }
        if (value instanceof Boolean truth) {
            return truth ? TRUE : FALSE;
        }
        Tag tag = OF_CLASS.get(value.getClass());
        if (tag != null) {
            return tag;
        }
        if (value.getClass().getName().equals(PostgresValues.CLASS)) {
            return PG_OBJECT;
        }
        throw new UncodableValueException("a value of type " + value.getClass().getName());
    }

    static Tag at(int code) {
        return OF_CODE[code];
    }
}
