package org.holdfast.web.tuning;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.tuning.IndexUsage;
import org.holdfast.tuning.Indexes;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Roles;

/** How the indexes of all tables are used. */
@Path("admin/indexes/usage")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.OPERATOR})
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class IndexUsageResource {
    @Inject
    Indexes indexes;

    @GET
    @Operation(summary = "Indexes that no node uses, twins, failed builds, and where one seems to be missing")
    public IndexUsage usage() {
        return indexes.usage();
    }
}
