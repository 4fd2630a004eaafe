package org.holdfast.topology;

/** Health of a node as the probes see it. The names are the API's. */
public enum NodeState {
    /** Not probed yet. */
    unknown,
    /** Answers. */
    up,
    /** Missed its last probes, but not yet as many as make it down; still used where nothing better is at hand. */
    suspect,
    /** Missed as many probes as the fall count; used for nothing. */
    down
}
