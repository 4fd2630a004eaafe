package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutboxTest {
    @Test
    void messagesAreReadAsTheyWereWritten() {
        List<byte[]> messages = List.of(new byte[0], new byte[] {1, -1}, new byte[300]);
        assertThat(Outbox.decoded(Outbox.coded(messages))).containsExactly(messages.toArray(byte[][]::new));
        assertThat(Outbox.decoded(Outbox.coded(List.of()))).isEmpty();
    }

    @Test
    void severalSitesNeedAnOutboxAndItsNameIsAName() {
        assertThatThrownBy(() -> CacheConfig.from(Map.of("holdfast.cache.sites", "2")))
                .hasMessageContaining("holdfast.cache.outbox");
        assertThatThrownBy(() -> CacheConfig.from(Map.of("holdfast.cache.outbox", "a; drop table b")))
                .hasMessageContaining("plain name");
        CacheConfig config =
                CacheConfig.from(Map.of("holdfast.cache.sites", "2", "holdfast.cache.outbox", "ops.cache_outbox"));
        assertThat(config.sites()).isEqualTo(2);
    }
}
