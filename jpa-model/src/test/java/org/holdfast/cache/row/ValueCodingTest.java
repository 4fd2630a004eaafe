package org.holdfast.cache.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PGobject;

class ValueCodingTest {
    private static @Nullable Object again(@Nullable Object value) {
        return new ValueReader(new ValueWriter(false).value(value).toByteArray(), 0).value();
    }

    @Test
    void everyTypeComesBackAsItWas() {
        OffsetDateTime moment = OffsetDateTime.of(2026, 2, 3, 4, 5, 6, 789_012_345, ZoneOffset.ofHours(-7));
        Timestamp stamp = Timestamp.from(Instant.parse("1969-12-31T23:59:58.123456789Z"));
        List<Object> values = new ArrayList<>(
                List.of(true, false, (byte) -3, (short) 300, -1, Integer.MIN_VALUE, Long.MAX_VALUE, 1.5f, Double.NaN));
        values.addAll(List.of(
                new BigDecimal("-12.340"), new BigInteger("-99999999999999999999"), "", "Zürich 💡", 'ß', stamp));
        values.addAll(List.of(new Date(-1), new Time(12_345), LocalDate.MIN, LocalTime.MAX, LocalDateTime.MAX, moment));
        values.addAll(List.of(moment.toOffsetTime(), OffsetTime.MIN, Instant.MIN, new UUID(-1, 1)));
        for (Object value : values) {
            assertThat(again(value)).isEqualTo(value);
        }
        assertThat(again(null)).isNull();
        assertThat((byte[]) again(new byte[] {0, -1, 1})).containsExactly(0, -1, 1);
        assertThat((Object[]) again(new Object[] {"room", 12})).containsExactly("room", 12);
    }

    @Test
    void jsonIsTakenAndAVectorOnlyWhenAskedFor() throws SQLException {
        PGobject json = new PGobject();
        json.setType("jsonb");
        json.setValue("{}");
        assertThat(again(json)).isEqualTo(json);
        PGobject vector = new PGobject();
        vector.setType("vector");
        vector.setValue("[1]");
        assertThatThrownBy(() -> again(vector))
                .isInstanceOf(UncodableValueException.class)
                .hasMessageContaining("vector");
        byte[] taken = new ValueWriter(true).value(vector).toByteArray();
        assertThat(new ValueReader(taken, 0).value()).isEqualTo(vector);
    }

    @Test
    void anUnknownTypeIsRefusedByName() {
        assertThatThrownBy(() -> again(new Object()))
                .isInstanceOf(UncodableValueException.class)
                .hasMessageContaining("java.lang.Object");
    }

    @Test
    void smallNumbersTakeTwoBytes() {
        assertThat(new ValueWriter(false).value(-5L).toByteArray()).hasSize(2);
    }
}
