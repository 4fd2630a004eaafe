package org.holdfast.monitor;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node that came into another state, or the writer that changed.
 *
 * @param node the node's name; null when the writer changed
 * @param reason why, for people
 */
public record Transition(
        Instant at,
        @Nullable String node,
        String from,
        String to,
        @Nullable String reason,
        long epoch) {}
