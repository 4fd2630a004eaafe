package org.holdfast.web.health;

import java.time.Instant;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * An epoch as operators see it.
 *
 * @param state claimed, open, closing or ended
 * @param previousEnd up to where, in the log of the writer before, it has everything
 * @param start where in the writer's own log it began
 */
public record SwitchView(
        long epoch,
        String writer,
        String state,
        Instant since,
        String reason,
        @Nullable String previousEnd,
        @Nullable String start) {
    static SwitchView of(Epoch epoch) {
        return new SwitchView(
                epoch.number(),
                epoch.writer().name(),
                epoch.state().name(),
                epoch.since(),
                epoch.reason(),
                epoch.previousEnd().map(LogPosition::toString).orElse(null),
                epoch.start().map(LogPosition::toString).orElse(null));
    }
}
