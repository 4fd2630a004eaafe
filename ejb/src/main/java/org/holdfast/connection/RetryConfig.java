package org.holdfast.connection;

import java.time.Duration;

/**
 * How long work that has not happened is tried again, counted from its first attempt.
 *
 * @param giveUpAfter zero: never again
 */
public record RetryConfig(Duration giveUpAfter) {}
