package org.holdfast.connection;

import java.time.Duration;

/**
 * How long a writer who asked for it waits for the other cluster.
 *
 * @param longest then the write is acknowledged as local only
 */
public record DurabilityConfig(Duration longest) {}
