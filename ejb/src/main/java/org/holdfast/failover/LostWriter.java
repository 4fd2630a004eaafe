package org.holdfast.failover;

import jakarta.enterprise.context.ApplicationScoped;

/** The epoch whose writer an operator has given up, for when that is not done automatically. Thread-safe. */
@ApplicationScoped
public class LostWriter {
    private volatile long epoch;

    boolean isConfirmed(long asked) {
        return asked == epoch;
    }

    void confirm(long lost) {
        epoch = lost;
    }
}
