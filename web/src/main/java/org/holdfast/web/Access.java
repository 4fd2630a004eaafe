package org.holdfast.web;

import jakarta.annotation.security.PermitAll;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Optional;
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
        return said(method).or(() -> said(resource)).orElse(NOBODY);
    }

    private static Optional<Access> said(AnnotatedElement where) {
        if (where.isAnnotationPresent(AllowedTo.class)) {
            return Optional.of(new Access(
                    false, Set.of(where.getAnnotation(AllowedTo.class).value())));
        }
        return where.isAnnotationPresent(PermitAll.class) ? Optional.of(ANYBODY) : Optional.empty();
    }

    boolean isForNobody() {
        return !isOpen && roles.isEmpty();
    }
}
