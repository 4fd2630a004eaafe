package org.holdfast.connection;

import java.time.Duration;

/**
 * When a node that cannot be connected to is left alone.
 *
 * @param failures in a row until it is, 1 or more
 * @param openFirst for how long the first time; each trial that fails doubles it
 * @param openMax but not beyond this
 */
public record BreakerConfig(int failures, Duration openFirst, Duration openMax) {
    public BreakerConfig {
        if (failures < 1) {
            throw new IllegalArgumentException("a breaker cannot open after " + failures + " failures");
        }
        if (openFirst.isNegative() || openFirst.isZero() || openMax.compareTo(openFirst) < 0) {
            throw new IllegalArgumentException(
                    "a breaker cannot be open for " + openFirst + " at first and " + openMax + " at most");
        }
    }
}
