package org.holdfast.web;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where to go from {@code /api}. */
@Path("")
@PermitAll
@Produces(MediaType.APPLICATION_JSON)
public class IndexResource {
    /** The answer. */
    public record Index(String name, String description, String login, String databases) {}

    @GET
    @Operation(summary = "Where to go from here")
    public Index index() {
        return new Index("Holdfast", "/openapi", "/api/auth/login", "/api/health/database");
    }
}
