package org.holdfast.idempotency;

import java.time.Duration;
import org.holdfast.settings.Settings;

/**
 * Configuration of this feature.
 *
 * @param keep how long a key is good at least, 1 to 720 hours
 */
record IdempotencyConfig(Duration keep) {
    private static final int HOURS_DEFAULT = 24;
    private static final int HOURS_MAX = 720;

    IdempotencyConfig {
        if (keep.compareTo(Duration.ofHours(1)) < 0 || keep.compareTo(Duration.ofHours(HOURS_MAX)) > 0) {
            throw new IllegalArgumentException("keep = " + keep + " is not from 1 to " + HOURS_MAX + " hours");
        }
    }

    static IdempotencyConfig from(Settings settings) {
        return new IdempotencyConfig(
                Duration.ofHours(settings.integer("holdfast.idempotency.keep-hours", HOURS_DEFAULT, 1, HOURS_MAX)));
    }
}
