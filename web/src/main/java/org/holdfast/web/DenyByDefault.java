package org.holdfast.web;

import jakarta.annotation.Priority;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;

/**
 * Checks every resource method, and refuses those that do not say who may call them. The server's own check lets a method
 * without an annotation through, and a class that denies all.
 */
@Provider
public class DenyByDefault implements DynamicFeature {
    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        context.register(new Check(Access.of(resource.getResourceClass(), resource.getResourceMethod())));
    }

    /** Stands before every resource method. */
    @Priority(Priorities.AUTHORIZATION)
    static final class Check implements ContainerRequestFilter {
        private final Access access;

        Check(Access access) {
            this.access = access;
        }

        @Override
        public void filter(ContainerRequestContext request) {
            if (access.isForNobody()) {
                throw new ForbiddenException();
            }
            SecurityContext caller = request.getSecurityContext();
            if (access.isOpen() || access.roles().stream().anyMatch(caller::isUserInRole)) {
                return;
            }
            if (caller.getUserPrincipal() == null) {
                throw new NotAuthorizedException("Bearer");
            }
            throw new ForbiddenException();
        }
    }
}
