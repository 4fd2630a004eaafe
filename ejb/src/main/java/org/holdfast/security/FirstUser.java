package org.holdfast.security;

import java.util.Set;
import org.holdfast.model.user.Role;

/** A user of the demo tenant, made at the first start. */
record FirstUser(String username, Secret password, Set<Role> roles) {
    private static final int USERNAME_CHARS_MAX = 100;

    FirstUser {
        roles = Set.copyOf(roles);
        if (username.isBlank() || username.length() > USERNAME_CHARS_MAX) {
            throw new IllegalArgumentException("the first user's name '" + username
                    + "' is not allowed: it must have 1 to " + USERNAME_CHARS_MAX + " characters");
        }
    }
}
