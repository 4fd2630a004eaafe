package org.holdfast.clock;

import jakarta.ejb.Timer;
import jakarta.ejb.TimerService;
import java.util.Collection;

/**
 * The wall clock was set back. EJB timers wait for moments of it: without this event they would all stand still until it has
 * caught up, votes and probes among them.
 */
public record ClockSetBack() {
    /** Replaces a bean's timers, if it has any, by those that {@code start} makes. Call it from the bean itself. */
    public static void restart(TimerService timers, Runnable start) {
        Collection<Timer> stalled = timers.getTimers();
        if (!stalled.isEmpty()) {
            stalled.forEach(Timer::cancel);
            start.run();
        }
    }
}
