package org.holdfast.connection;

import java.time.Duration;

/**
 * When a node counts as silent for reads.
 *
 * @param patience how long a ping may take while a reader waits; zero: nobody looks
 */
public record SilenceConfig(Duration patience) {}
