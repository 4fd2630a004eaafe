package org.holdfast.migration;

/** The schema is there, in the version this application needs. Fired once a start, synchronously; an observer that fails is called again. */
public record SchemaReady() {}
