package org.holdfast.topology;

import java.time.Duration;

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
        notifyAll();
        return before;
    }

    /** Waits until the writer or the state of a node is another than in {@code seen}, at most as long as told. */
    public synchronized void awaitChange(Topology seen, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        for (long left = longest.toMillis(); left > 0 && current.hasSameStates(seen); ) {
            wait(left);
            left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        }
    }
}
