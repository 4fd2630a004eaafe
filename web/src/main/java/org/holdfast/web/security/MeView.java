package org.holdfast.web.security;

import java.util.List;

/** Who a token says its bearer is. */
public record MeView(String id, String username, String tenant, List<String> roles) {}
