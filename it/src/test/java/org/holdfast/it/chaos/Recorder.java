package org.holdfast.it.chaos;

import java.util.ArrayList;
import java.util.List;

/** Collects the operations of all clients of a run. Thread-safe. */
final class Recorder {
    private final List<Operation> operations = new ArrayList<>();
    private int sessions;

    synchronized void add(Operation operation) {
        operations.add(operation);
    }

    synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** A number for a session that nobody else has. */
    synchronized int newSession() {
        sessions++;
        return sessions;
    }
}
