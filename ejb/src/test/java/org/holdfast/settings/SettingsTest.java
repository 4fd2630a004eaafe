package org.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static Settings settings(String value) {
        return new Settings(new MapConfig(Map.of("key", value)));
    }

    @Test
    void absentMeansTheDefault() {
        Settings none = new Settings(new MapConfig(Map.of()));

        assertThat(none.integer("key", 3, 1, 5)).isEqualTo(3);
        assertThat(none.words("key", List.of("a"))).containsExactly("a");
        assertThat(none.millis("key", Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(2)))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aValueWithinItsBoundsIsTaken() {
        assertThat(settings("5").integer("key", 3, 1, 5)).isEqualTo(5);
        assertThat(settings(" a , b ").words("key", List.of())).containsExactly("a", "b");
        assertThat(settings("none").words("key", List.of("a"))).isEmpty();
        assertThat(settings("250").millis("key", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(2)))
                .isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aBadValueIsRefusedWithKeyValueAndRange() {
        for (String bad : new String[] {"0", "6", "-1", "5.0", "five", "99999999999999999999"}) {
            assertThatThrownBy(() -> settings(bad).integer("key", 3, 1, 5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "configuration key = '" + bad + "' is not allowed: it must be a whole number from 1 to 5");
        }
    }

    @Test
    void aChoiceIsOneOfItsNames() {
        RoundingMode whenAbsent = RoundingMode.UP;

        assertThat(settings("DOWN").choice("key", whenAbsent)).isEqualTo(RoundingMode.DOWN);
        assertThat(settings("DOWN").choice("other", whenAbsent)).isEqualTo(whenAbsent);
        assertThat(settings("HALF-UP").choice("key", whenAbsent)).isEqualTo(RoundingMode.HALF_UP);
        assertThatThrownBy(() -> settings("down").choice("key", whenAbsent))
                .hasMessageStartingWith("configuration key = 'down' is not allowed: it must be one of [UP, DOWN,");
    }

    @Test
    void aMissingRequiredValueTellsWhatItIsFor() {
        assertThatThrownBy(() -> settings(" ").required("key", "the signing key"))
                .hasMessage("configuration key is not set; it is the signing key");
    }
}
