package org.holdfast.migration;

<<<<<<< HEAD
/** The schema is there, in the version this application needs. Fired once a start, synchronously; an observer that fails is called again. */
=======
/** The schema of the cluster that takes the writes is the one this version needs. Fired at every start, once it is so. */
>>>>>>> api
public record SchemaReady() {}
