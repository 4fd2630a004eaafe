package org.holdfast.security;

import java.util.UUID;

/**
 * The tenant that a fresh installation begins with. Its key is the same everywhere, so that two instances which start at
 * once make one tenant.
 */
public final class DemoTenant {
    public static final UUID ID = UUID.fromString("01900000-0000-7000-8000-000000000001");
    static final String NAME = "demo";
    static final String AGENT = "default";

    private DemoTenant() {}
}
