package org.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProfileTest {
    @Test
    void developmentTriesThreeTimesWithPausesUpToFiveSeconds() {
        assertThat(pausesMillis(Profile.development, 1)).containsExactly(2500L, 5000L);
        assertThat(pausesMillis(Profile.development, 0)).containsExactly(1250L, 2500L);
    }

    @Test
    void productionTriesFiveTimesWithPausesUpToTenSeconds() {
        assertThat(pausesMillis(Profile.production, 1)).containsExactly(1250L, 2500L, 5000L, 10_000L);
        assertThat(pausesMillis(Profile.production, 0.5)).containsExactly(938L, 1875L, 3750L, 7500L);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> Profile.production.pauseAfter(0, 0.5)).hasMessageContaining("attempt 0");
        assertThatThrownBy(() -> Profile.production.pauseAfter(1, 1.5)).hasMessageContaining("chance 1.5");
    }

    private static List<Long> pausesMillis(Profile profile, double chance) {
        List<Long> pauses = new ArrayList<>();
        Optional<Duration> pause = profile.pauseAfter(1, chance);
        for (int attempt = 2; pause.isPresent(); attempt++) {
            pauses.add(pause.get().toMillis());
            pause = profile.pauseAfter(attempt, chance);
        }
        assertThat(pauses).hasSize(profile.attempts() - 1);
        return pauses;
    }
}
