package org.holdfast.model.user;

/** What a user may do; the names are those in a token's {@code groups}. */
public enum Role {
    /** Everything, including users and switches of the writer. */
    admin,
    /** Sees and operates the data tier; no tenant data. */
    operator,
    /** Reads and writes the tenant's agents, memories and runs. */
    agent,
    /** Reads the tenant's agents, memories and runs. */
    viewer
}
