package org.holdfast.topology;

/** Holds the newest topology. Readers never wait. Thread-safe. */
public final class CurrentTopology {
    private volatile Topology current;

    public CurrentTopology(Topology initial) {
        this.current = initial;
    }

    public Topology get() {
        return current;
    }

    /** Makes a topology the newest and returns the one before. */
    public synchronized Topology publish(Topology newest) {
        Topology before = current;
        current = newest;
        return before;
    }
}
