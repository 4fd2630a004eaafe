package org.holdfast.monitor;

import java.time.Duration;
import org.holdfast.settings.Settings;

/**
 * Configuration of this feature.
 *
 * @param sampleInterval between two samples of a node
 * @param retentionMonths for how many months samples stay at least
 */
record MonitorConfig(Duration sampleInterval, int retentionMonths) {
    private static final int RETENTION_MONTHS = 13;
    private static final int RETENTION_MONTHS_MAX = 1_200;

    static MonitorConfig from(Settings settings) {
        return new MonitorConfig(
                settings.millis(
                        "holdfast.monitor.sample-interval-millis",
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(1),
                        Duration.ofHours(1)),
                settings.integer("holdfast.monitor.retention-months", RETENTION_MONTHS, 1, RETENTION_MONTHS_MAX));
    }
}
