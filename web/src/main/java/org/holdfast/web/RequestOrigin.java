package org.holdfast.web;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.holdfast.audit.Notice;
import org.holdfast.audit.NoticeLog;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.Origin;

/**
 * Notes where a request comes from, before anything can refuse it, gives it an id unless it brings one, and answers that. Who is
 * known and may not do what was asked is told to the audit trail.
 */
@Provider
@Priority(Priorities.AUTHENTICATION - 100)
public class RequestOrigin implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String HEADER = "X-Request-Id";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    @Inject
    DatabaseCall call;

    @Inject
    NoticeLog notices;

    @Context
    HttpServletRequest http;

    @Override
    public void filter(ContainerRequestContext request) {
        String given = request.getHeaderString(HEADER);
        String id = given != null && ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        String roles = request.getSecurityContext().getUserPrincipal() instanceof JsonWebToken token
                ? token.getGroups().stream().sorted().collect(Collectors.joining(","))
                : "";
        boolean isAdmin = request.getUriInfo().getPath().startsWith("admin/");
        call.ask(call.options()
                .from(new Origin(isAdmin ? Origin.Source.admin : Origin.Source.api, roles, http.getRemoteAddr(), id)));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Origin origin = call.options().origin();
        if (!origin.requestId().isEmpty()) {
            response.getHeaders().putSingle(HEADER, origin.requestId());
        }
        if (response.getStatus() == 403
                && request.getSecurityContext().getUserPrincipal() instanceof JsonWebToken token) {
            notices.note(new Notice(
                    Claims.text(token, "tenant").flatMap(RequestOrigin::tenant),
                    "REFUSED",
                    request.getMethod() + " /api/" + request.getUriInfo().getPath(),
                    "the caller's roles do not allow this",
                    token.getName(),
                    origin));
        }
    }

    private static Optional<UUID> tenant(String claim) {
        try {
            return Optional.of(UUID.fromString(claim));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
