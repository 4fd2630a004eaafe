package org.holdfast.web;

import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.lang.reflect.Method;
import java.util.Set;

/**
 * Who may call a resource method: what the method says, else what its class says, else nobody.
 *
 * @param isOpen whether anybody may, logged in or not
 * @param roles of which the caller needs one when it is not open; with none nobody may
 */
record Access(boolean isOpen, Set<String> roles) {
    private static final Access NOBODY = new Access(false, Set.of());
    private static final Access ANYBODY = new Access(true, Set.of());

    static Access of(Class<?> resource, Method method) {
        if (method.isAnnotationPresent(DenyAll.class)) {
            return NOBODY;
        }
        if (method.isAnnotationPresent(RolesAllowed.class)) {
            return roles(method.getAnnotation(RolesAllowed.class));
        }
        if (method.isAnnotationPresent(PermitAll.class)) {
            return ANYBODY;
        }
        if (resource.isAnnotationPresent(DenyAll.class)) {
            return NOBODY;
        }
        if (resource.isAnnotationPresent(RolesAllowed.class)) {
            return roles(resource.getAnnotation(RolesAllowed.class));
        }
        return resource.isAnnotationPresent(PermitAll.class) ? ANYBODY : NOBODY;
    }

    boolean isForNobody() {
        return !isOpen && roles.isEmpty();
    }

    private static Access roles(RolesAllowed allowed) {
        return new Access(false, Set.of(allowed.value()));
    }
}
