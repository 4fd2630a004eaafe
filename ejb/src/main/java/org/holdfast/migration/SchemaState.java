package org.holdfast.migration;

import jakarta.enterprise.context.ApplicationScoped;

/** Whether this instance has seen the schema in the version it needs, and what it waits for. Thread-safe. */
@ApplicationScoped
public class SchemaState {
    private volatile boolean isReady;
    private volatile boolean isSettled;
    private volatile String waiting = "";

    public boolean isReady() {
        return isReady;
    }

    /** What keeps a change of the schema from going on, for people; empty when nothing does. */
    public String waiting() {
        return waiting;
    }

    void ready() {
        isReady = true;
    }

    /** Versions that the application needs were taken back. */
    void unready(String why) {
        isReady = false;
        isSettled = false;
        waiting = why;
    }

    void waitsFor(String what) {
        waiting = what;
    }

    /** A run has come to where new tables are under the lease and replicated. */
    void settled() {
        isSettled = true;
    }

    boolean isSettled() {
        return isSettled;
    }
}
