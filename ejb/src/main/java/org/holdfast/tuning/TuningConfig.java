package org.holdfast.tuning;

import java.time.Duration;
import org.holdfast.settings.Settings;

/**
 * Configuration of this feature.
 *
 * @param planInterval between two looks at the plans
 * @param planRetention for how long a plan stays after it was last seen
 */
record TuningConfig(Duration planInterval, Duration planRetention) {
    private static final int RETENTION_DAYS = 90;
    private static final int RETENTION_DAYS_MAX = 3_650;

    static TuningConfig from(Settings settings) {
        return new TuningConfig(
                settings.millis(
                        "holdfast.tuning.plan-interval-millis",
                        Duration.ofHours(1),
                        Duration.ofSeconds(1),
                        Duration.ofDays(1)),
                Duration.ofDays(settings.integer(
                        "holdfast.tuning.plan-retention-days", RETENTION_DAYS, 1, RETENTION_DAYS_MAX)));
    }
}
