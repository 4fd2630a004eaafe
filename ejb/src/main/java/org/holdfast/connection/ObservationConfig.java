package org.holdfast.connection;

import java.time.Duration;

/**
 * What is told of sessions.
 *
 * @param slowSession a session that took this long is told in the log
 * @param leakAfter a session that has held a connection for longer is named while it runs; zero: none is
 */
public record ObservationConfig(Duration slowSession, Duration leakAfter) {}
