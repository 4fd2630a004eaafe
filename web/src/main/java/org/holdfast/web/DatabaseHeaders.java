package org.holdfast.web;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.ConsistencyToken;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.Durability;
import org.holdfast.connection.SessionOptions;

/** Tells the databases who calls and what the call asks for, and tells the caller where it ran. */
@Provider
@Priority(Priorities.USER)
public class DatabaseHeaders implements ContainerRequestFilter, ContainerResponseFilter {
    @Inject
    DatabaseCall call;

    @Override
    public void filter(ContainerRequestContext request) {
        Principal caller = request.getSecurityContext().getUserPrincipal();
        SessionOptions anonymous = SessionOptions.anonymous();
        call.ask(new SessionOptions(
                caller instanceof JsonWebToken token
                        ? Claims.text(token, "tenant").map(DatabaseHeaders::tenant)
                        : Optional.empty(),
                caller == null ? anonymous.actor() : caller.getName(),
                named(request, "Holdfast-Consistency", Consistency.values()).orElse(anonymous.consistency()),
                header(request, "Holdfast-Token").map(ConsistencyToken::parse),
                named(request, "Holdfast-Durability", Durability.values()).orElse(anonymous.durability()),
                call.options().origin()));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        call.report().ifPresent(report -> {
            var headers = response.getHeaders();
            headers.putSingle("Holdfast-Node", report.node().name());
            headers.putSingle("Holdfast-Epoch", report.epoch());
            report.token().ifPresent(token -> headers.putSingle("Holdfast-Token", token.toString()));
            report.durability().ifPresent(reached -> headers.putSingle("Holdfast-Durability", reached.name()));
        });
    }

    // Only a holder of the signing key can write such a token, which makes it no token of ours.
    private static UUID tenant(String claim) {
        try {
            return UUID.fromString(claim);
        } catch (IllegalArgumentException malformed) {
            throw new NotAuthorizedException(malformed, "Bearer");
        }
    }

    private static <E extends Enum<E>> Optional<E> named(ContainerRequestContext request, String header, E[] allowed) {
        return header(request, header)
                .map(name -> Arrays.stream(allowed)
                        .filter(value -> value.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> ProblemException.badRequest(
                                header + " must be one of " + Arrays.toString(allowed) + ", not '" + name + "'")));
    }

    private static Optional<String> header(ContainerRequestContext request, String name) {
        return Optional.ofNullable(request.getHeaderString(name)).map(String::strip);
    }
}
