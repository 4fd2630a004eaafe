package org.holdfast.web.security;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.security.IssuedTokens;
import org.holdfast.security.Sessions;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Claims;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** Log-in, refresh, log-out. */
@Path("auth")
@ApplicationScoped
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "auth")
public class AuthResource {
    @Inject
    Sessions sessions;

    @POST
    @Path("login")
    @PermitAll
    @Operation(summary = "Opens a session with a password")
    public IssuedTokens logIn(@Nullable LoginRequest wanted, @Context HttpServletRequest http) {
        LoginRequest login = Fields.body(wanted);
        return sessions.logIn(
                Fields.required("username", login.username()),
                Fields.required("password", login.password()),
                http.getRemoteAddr());
    }

    @POST
    @Path("refresh")
    @PermitAll
    @Operation(summary = "Exchanges a refresh token, which is good for one use, for new tokens")
    public IssuedTokens refresh(@Nullable RefreshRequest presented) {
        return sessions.refresh(
                Fields.required("refreshToken", Fields.body(presented).refreshToken()));
    }

    @POST
    @Path("logout")
    @PermitAll
    @Operation(summary = "Ends the session of the refresh token, or without one that of the access token")
    public void logOut(@Nullable RefreshRequest presented, @Context SecurityContext caller) {
        if (presented != null) {
            sessions.logOut(Fields.required("refreshToken", presented.refreshToken()));
            return;
        }
        Optional<UUID> session = caller.getUserPrincipal() instanceof JsonWebToken token
                ? Claims.text(token, "sid").map(UUID::fromString)
                : Optional.empty();
        sessions.logOut(session.orElseThrow(
                () -> ProblemException.of(401, "a refresh token in the body, or an access token, is needed")));
    }

    @GET
    @Path("me")
    @AllowedTo({Roles.ADMIN, Roles.OPERATOR, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "Who the access token says its bearer is")
    public MeView me(@Context SecurityContext caller) {
        if (!(caller.getUserPrincipal() instanceof JsonWebToken token)) {
            throw ProblemException.of(401, "an access token is needed");
        }
        return new MeView(
                token.getSubject(),
                token.getName(),
                Claims.text(token, "tenant").orElse(""),
                token.getGroups().stream().sorted().toList());
    }
}
