package org.holdfast.it.container;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.faulttolerance.Retry;

/** Succeeds at its third call; only a retry that is really applied gets there. */
@ApplicationScoped
public class Flaky {
    private final AtomicInteger calls = new AtomicInteger();

    /** How many calls it took. */
    @Retry(maxRetries = 2, delay = 0, jitter = 0)
    public int succeedAtTheThirdCall() {
        int call = calls.incrementAndGet();
        if (call < 3) {
            throw new IllegalStateException("call " + call + " of 3");
        }
        return call;
    }
}
