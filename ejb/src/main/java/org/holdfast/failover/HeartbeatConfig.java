package org.holdfast.failover;

import java.time.Duration;

/**
 * How often the writer tells readers that do not know it themselves how far they are.
 *
 * @param interval between two beats
 */
public record HeartbeatConfig(Duration interval) {}
