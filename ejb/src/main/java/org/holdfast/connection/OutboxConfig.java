package org.holdfast.connection;

import java.time.Duration;

/**
 * How the cache hears what Redis was not told.
 *
 * @param interval between two questions to the writer
 */
record OutboxConfig(Duration interval) {}
