package org.holdfast.cache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerWatchTest {
    private final ServerWatch watch = new ServerWatch(100);

    @Test
    void aServerIsCompleteOnceItEvictedNothingForTheWindow() {
        watch.seen("a", "7", 0);
        assertThat(watch.complete(99)).isEmpty();
        watch.seen("a", "7", 99);
        assertThat(watch.complete(100)).isEqualTo("a=7;");
    }

    @Test
    void anEvictionBeginsTheWindowAnew() {
        watch.seen("a", "7", 0);
        watch.seen("a", "8", 90);
        assertThat(watch.complete(189)).isEmpty();
        assertThat(watch.complete(190)).isEqualTo("a=8;");
    }

    @Test
    void afterALossAllBeginAnew() {
        watch.seen("a", "7", 0);
        watch.restart();
        assertThat(watch.complete(1000)).isEmpty();
    }
}
