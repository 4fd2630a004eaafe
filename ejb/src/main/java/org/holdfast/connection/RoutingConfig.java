package org.holdfast.connection;

import java.time.Duration;

/**
 * Where reads may go.
 *
 * @param maxReplayLag how far behind a replica may be and still be read from, 0 to 1 hour
 */
public record RoutingConfig(Duration maxReplayLag) {
    public RoutingConfig {
        if (maxReplayLag.isNegative() || maxReplayLag.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("max replay lag " + maxReplayLag + " is not within 0 and 1 hour");
        }
    }
}
