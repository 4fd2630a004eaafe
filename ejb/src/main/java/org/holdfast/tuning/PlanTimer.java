package org.holdfast.tuning;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;

/** Looks at the plans of expensive statements in every interval, on every instance: what another one has seen stays as it is. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class PlanTimer {
    private static final Logger LOG = Logger.getLogger(PlanTimer.class.getName());

    @Resource
    TimerService timers;

    @Inject
    PlanHistory history;

    @Inject
    TuningConfig config;

    @PostConstruct
    void start() {
        // Not at once: while the application starts the schema may not be there yet.
        timers.createIntervalTimer(
                config.planInterval().toMillis(), config.planInterval().toMillis(), new TimerConfig(null, false));
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    @SuppressWarnings("CatchingUnchecked") // A beat that throws twice would be the last one.
    void beat() {
        try {
            history.look();
        } catch (RuntimeException failure) {
            LOG.log(Level.INFO, "the plans of expensive statements were not looked at: {0}", failure.getMessage());
        }
    }
}
