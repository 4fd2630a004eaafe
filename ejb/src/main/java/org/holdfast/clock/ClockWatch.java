package org.holdfast.clock;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks at the wall clock by a scheduler that does not depend on it. */
@Singleton
@Startup
public class ClockWatch {
    private static final Logger LOG = Logger.getLogger(ClockWatch.class.getName());
    private static final long INTERVAL_MILLIS = 100;

    @Resource
    ManagedScheduledExecutorService scheduler;

    @Inject
    Event<ClockSetBack> setBack;

    @Inject
    InstantSource clock;

    private @Nullable Future<?> watch;

    @PostConstruct
    void start() {
        ClockDrift drift = new ClockDrift(clock.instant(), System.nanoTime());
        watch = scheduler.scheduleWithFixedDelay(
                () -> look(drift), INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        if (watch != null) {
            watch.cancel(true);
        }
    }

    private void look(ClockDrift drift) {
        drift.setBack(clock.instant(), System.nanoTime()).ifPresent(by -> {
            LOG.log(Level.WARNING, "the clock was set back by {0} ms: timers begin anew", by.toMillis());
            setBack.fireAsync(new ClockSetBack()).exceptionally(failure -> {
                LOG.log(Level.SEVERE, failure, () -> "not every timer could begin anew");
                return null;
            });
        });
    }
}
