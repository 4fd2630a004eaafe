package org.holdfast.web.usage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.shared.UsageCounters;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Claims;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;

/** How much the caller's tenant calls. */
@Path("admin/usage")
@ApplicationScoped
@AllowedTo(Roles.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class UsageResource {
    @Inject
    UsageCounters counters;

    @GET
    @Operation(summary = "Requests of the tenant and its callers in this hour, over all instances of both sites")
    public UsageReport get(@Context SecurityContext caller) {
        if (!(caller.getUserPrincipal() instanceof JsonWebToken token)) {
            throw ProblemException.of(401, "an access token is needed");
        }
        return UsageReport.of(counters.of(Claims.text(token, "tenant").orElse("")));
    }
}
