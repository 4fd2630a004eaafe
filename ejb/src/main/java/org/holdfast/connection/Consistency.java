package org.holdfast.connection;

/** How fresh a read must be. The names are those of the {@code Holdfast-Consistency} header. */
public enum Consistency {
    /** Any replica within the lag bound. */
    eventual,
    /** At least as new as the caller's own last write. */
    session,
    /** From the node that takes the writes. */
    strong
}
