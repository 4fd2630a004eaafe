package org.holdfast.security;

import java.util.Set;
import java.util.UUID;

/** What a token says of its bearer. */
record Account(UUID userId, UUID tenantId, String username, Set<String> roles) {
    Account {
        roles = Set.copyOf(roles);
    }
}
