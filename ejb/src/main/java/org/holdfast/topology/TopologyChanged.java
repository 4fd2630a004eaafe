package org.holdfast.topology;

/** A node changed its state, or the writer changed. Fired after the newer topology was published. */
public record TopologyChanged(Topology before, Topology after) {}
