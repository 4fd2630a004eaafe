package org.holdfast.migration;

/** The schema of the cluster that takes the writes is the one this version needs. Fired at every start, once it is so. */
public record SchemaReady() {}
