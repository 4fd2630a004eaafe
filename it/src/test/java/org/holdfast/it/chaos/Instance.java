package org.holdfast.it.chaos;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.launcher.LocalTopology;
import org.holdfast.launcher.NodeControl;

/** One instance of the application. Thread-safe. */
final class Instance {
    private final LocalTopology topology;
    private final int number;
    private final URI base;
    private final Caller anonymous;
    private final AtomicInteger kills = new AtomicInteger();
    private volatile boolean isAway;

    Instance(LocalTopology topology, int number) {
        this.topology = topology;
        this.number = number;
        this.base = URI.create(topology.httpUrl(number));
        this.anonymous = Caller.anonymous(base);
    }

    String name() {
        return "app" + number;
    }

    /** Counts from 1. */
    int number() {
        return number;
    }

    URI base() {
        return base;
    }

    /** Somebody who calls this instance and no other, without a user. */
    Caller anonymous() {
        return anonymous;
    }

    /** How often it was killed: what it remembered of sessions is gone each time. */
    int kills() {
        return kills.get();
    }

    /** Whether it was killed and is not ready yet: while it starts, the server's own pages answer. */
    boolean isAway() {
        return isAway;
    }

    void kill() {
        isAway = true;
        control().kill();
        // Only now: nobody can be answered by the old one any more, and the new one does not run yet.
        kills.incrementAndGet();
    }

    void pause() {
        control().pause();
    }

    void resume() {
        control().resume();
    }

    /** Returns when it is ready; nothing happens when it runs. */
    void start() {
        control().start();
        isAway = false;
    }

    private NodeControl control() {
        return topology.node(name());
    }
}
