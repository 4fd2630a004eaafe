package org.holdfast.web;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.holdfast.shared.RequestQuotas;

/** Counts the requests of users and tenants, and turns away those beyond a limit. Log-ins have limits of their own. */
@Provider
@Priority(Priorities.AUTHORIZATION + 1)
public class RequestLimit implements ContainerRequestFilter {
    @Inject
    RequestQuotas quotas;

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getSecurityContext().getUserPrincipal() instanceof JsonWebToken token) {
            quotas.take(Claims.text(token, "tenant").orElse(""), token.getName())
                    .ifPresent(refused -> {
                        throw ProblemException.of(429, refused.reason(), refused.retryAfter());
                    });
        }
    }
}
