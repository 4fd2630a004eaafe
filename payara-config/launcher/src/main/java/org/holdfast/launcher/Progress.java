package org.holdfast.launcher;

/** Hears what the topology is doing while it does it; called from several threads. */
@FunctionalInterface
public interface Progress {
    /** One thing that is being done now, in one line. */
    void step(String line);
}
