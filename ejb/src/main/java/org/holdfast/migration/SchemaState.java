package org.holdfast.migration;

import jakarta.enterprise.context.ApplicationScoped;

/** Whether this instance has seen the schema in the version it needs. Thread-safe. */
@ApplicationScoped
public class SchemaState {
    private volatile boolean isReady;

    public boolean isReady() {
        return isReady;
    }

    void ready() {
        isReady = true;
    }
}
