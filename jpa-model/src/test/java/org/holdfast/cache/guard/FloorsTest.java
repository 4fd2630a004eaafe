package org.holdfast.cache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FloorsTest {
    private final Floors<String> floors = new Floors<>(100, 2);

    @Test
    void nothingOlderThanTheFloorIsAdmittedUntilItsLifeEnds() {
        assertThat(floors.admits("a", 1, 0)).isTrue();
        floors.raise("a", 5, 0);
        assertThat(floors.admits("a", 4, 99)).isFalse();
        assertThat(floors.admits("a", 5, 99)).isTrue();
        assertThat(floors.admits("a", 4, 100)).isTrue();
    }

    @Test
    void aLaterLowerFloorLowersNothingAndProlongsIt() {
        floors.raise("a", 5, 0);
        floors.raise("a", 3, 50);
        assertThat(floors.admits("a", 4, 149)).isFalse();
    }

    @Test
    void tooManyAreRefused() {
        assertThat(floors.raise("a", 1, 0)).isTrue();
        assertThat(floors.raise("b", 1, 0)).isTrue();
        assertThat(floors.raise("c", 1, 0)).isFalse();
        assertThat(floors.raise("b", 2, 0)).isTrue();
        floors.expire(100);
        assertThat(floors.size()).isZero();
        assertThat(floors.raise("c", 1, 100)).isTrue();
    }
}
