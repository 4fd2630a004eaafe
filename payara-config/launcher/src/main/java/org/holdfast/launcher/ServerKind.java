package org.holdfast.launcher;

/** What runs the application. */
public enum ServerKind {
    /** Payara Server with the EAR. */
    SERVER,
    /** Payara Micro with the uber jar. */
    MICRO,
    /** Databases and caches only. */
    NONE
}
