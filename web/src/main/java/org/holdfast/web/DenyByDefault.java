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
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Checks every resource method, and refuses those that do not say who may call them. A caller's roles are the groups of its
 * token, which the server has verified.
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
            if (access.isOpen()) {
                return;
            }
            if (access.isForNobody()) {
                throw new ForbiddenException();
            }
            if (!(request.getSecurityContext().getUserPrincipal() instanceof JsonWebToken caller)) {
                throw new NotAuthorizedException("Bearer");
            }
            if (caller.getGroups().stream().noneMatch(access.roles()::contains)) {
                throw new ForbiddenException();
            }
        }
    }
}
