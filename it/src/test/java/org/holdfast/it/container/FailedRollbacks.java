package org.holdfast.it.container;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.holdfast.connection.RollbackFailed;

/** Hears of the alert. */
@ApplicationScoped
public class FailedRollbacks {
    private final BlockingQueue<RollbackFailed> heard = new LinkedBlockingQueue<>();

    void failed(@ObservesAsync RollbackFailed event) {
        heard.add(event);
    }

    /** The next one; empty when there is none in time. */
    public Optional<RollbackFailed> next(Duration within) throws InterruptedException {
        return Optional.ofNullable(heard.poll(within.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Forgets those of before. */
    public void forget() {
        heard.clear();
    }
}
