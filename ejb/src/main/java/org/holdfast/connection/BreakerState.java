package org.holdfast.connection;

import java.util.Locale;

/** Whether sessions are sent to a node, as far as connecting to it tells. */
public enum BreakerState {
    /** It can be connected to. */
    CLOSED(0),
    /** One session at a time tries whether it can be connected to again. */
    HALF_OPEN(1),
    /** It could not be connected to several times in a row: for a moment it is left alone. */
    OPEN(2);

    private final int gauge;

    BreakerState(int gauge) {
        this.gauge = gauge;
    }

    /** The state as metrics show it: the worse, the higher. */
    int gauge() {
        return gauge;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
