package org.holdfast.web;

/** The roles in a token's {@code groups}, as {@code @AllowedTo} names them. */
public final class Roles {
    /** Everything. */
    public static final String ADMIN = "admin";

    /** Sees and operates the data tier; no tenant data but what was salvaged from a lost primary. */
    public static final String OPERATOR = "operator";

    /** Reads and writes the tenant's data. */
    public static final String AGENT = "agent";

    /** Reads the tenant's data. */
    public static final String VIEWER = "viewer";

    private Roles() {}
}
