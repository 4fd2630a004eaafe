package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.holdfast.cache.row.UncodableValueException;
import org.holdfast.cache.row.ValueReader;
import org.junit.jupiter.api.Test;

class ResultBytesTest {
    private static byte[] bytes(List<String> results) {
        return ResultBytes.of("a,b,", results, (result, out) -> out.text(result));
    }

    @Test
    void resultsComeBackInTheirOrder() {
        List<String> results = List.of("two", "one", "", "\u00e9\u4e2d");

        assertThat(ResultBytes.read(bytes(results), ValueReader::text)).isEqualTo(results);
        assertThat(ResultBytes.read(bytes(List.of()), ValueReader::text)).isEmpty();
    }

    @Test
    void aResultIsOfExactlyTheIdsItWasFoundUnder() {
        byte[] kept = bytes(List.of("one"));

        assertThat(ResultBytes.isOf(kept, "a,b,")).isTrue();
        assertThat(ResultBytes.isOf(kept, "a,c,")).isFalse();
        assertThat(ResultBytes.isOf(kept, "a,")).isFalse();
    }

    @Test
    void aResultThatIsCutOffIsNotRead() {
        byte[] kept = bytes(List.of("one", "two"));

        assertThatThrownBy(() -> ResultBytes.read(Arrays.copyOf(kept, kept.length - 4), ValueReader::text))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void parametersDifferByValueTypeAndPlace() {
        List<byte[]> all = List.of(
                ResultBytes.ofParameters(List.of(1, "1")),
                ResultBytes.ofParameters(List.of("1", 1)),
                ResultBytes.ofParameters(List.of(1L, "1")),
                ResultBytes.ofParameters(List.of("11")),
                ResultBytes.ofParameters(Arrays.asList(null, "1")),
                ResultBytes.ofParameters(List.of("", "1")));

        assertThat(all.stream().map(Arrays::toString).distinct()).hasSameSizeAs(all);
        UUID id = UUID.randomUUID();
        assertThat(ResultBytes.ofParameters(List.of(id))).isEqualTo(ResultBytes.ofParameters(List.of(id)));
        assertThatThrownBy(() -> ResultBytes.ofParameters(List.of(Duration.ZERO)))
                .isInstanceOf(UncodableValueException.class);
    }

    @Test
    void aQueryIsDeclaredWithinItsBounds() {
        Duration life = Duration.ofMinutes(1);
        assertThat(HotQuery.ofEntities("agents", Object.class, 1, life).name()).isEqualTo("agents");
        assertThatThrownBy(() -> HotQuery.ofEntities("a:b", Object.class, 1, life))
                .hasMessageContaining("'a:b'");
        assertThatThrownBy(() -> HotQuery.ofEntities("agents", Object.class, 0, life))
                .hasMessageContaining("keeps 0");
        assertThatThrownBy(() -> HotQuery.ofEntities("agents", Object.class, 1, Duration.ofDays(2)))
                .hasMessageContaining("PT48H");
        assertThatThrownBy(() -> QueryTag.part(Object.class, "part", "x".repeat(200)))
                .hasMessageContaining("205");
    }
}
