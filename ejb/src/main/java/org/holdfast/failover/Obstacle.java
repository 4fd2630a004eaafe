package org.holdfast.failover;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Tells what stands in the way once, not at every attempt. Thread-safe. */
final class Obstacle {
    private final Logger log;
    private String last = "";

    Obstacle(Logger log) {
        this.log = log;
    }

    synchronized void met(String message) {
        if (!message.equals(last)) {
            last = message;
            log.log(Level.WARNING, message);
        }
    }

    synchronized void gone() {
        last = "";
    }
}
