package org.holdfast.web.job;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.job.JobRefusedException;
import org.holdfast.job.JobView;
import org.holdfast.job.Jobs;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Cursor;
import org.holdfast.web.Page;
import org.holdfast.web.Paging;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;

/** The executions of batch jobs on the instance that answers. */
@Path("admin/jobs")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.OPERATOR})
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class JobResource {
    @Inject
    Jobs jobs;

    /** The new execution. */
    public record Restarted(long id) {}

    @GET
    @Operation(summary = "Lists the executions of batch jobs, newest first")
    public Page<JobView> list(@BeanParam Paging paging) {
        return Page.of(
                jobs.newestFirst(paging.beforeNumber(), paging.read()),
                paging,
                job -> Cursor.after(Math.toIntExact(job.id())));
    }

    @GET
    @Path("{id: \\d{1,18}}")
    @Operation(summary = "One execution of a batch job")
    public JobView get(@PathParam("id") long id) {
        return jobs.get(id).orElseThrow(NotFoundException::new);
    }

    @POST
    @Path("{id: \\d{1,18}}/stop")
    @AllowedTo(Roles.ADMIN)
    @Operation(summary = "Asks a job to stop, which it does at its next step or chunk; 409 when it does not run")
    public Response stop(@PathParam("id") long id) {
        try {
            return Response.accepted(jobs.stop(id).orElseThrow(NotFoundException::new))
                    .build();
        } catch (JobRefusedException refused) {
            throw ProblemException.of(409, String.valueOf(refused.getMessage()));
        }
    }

    @POST
    @Path("{id: \\d{1,18}}/restart")
    @AllowedTo(Roles.ADMIN)
    @Operation(
            summary =
                    "Starts a job that did not complete once more, from where it was; 409 when it runs or has completed")
    public Response restart(@PathParam("id") long id, @Context UriInfo uri) {
        try {
            long job = jobs.restart(id).orElseThrow(NotFoundException::new);
            return Response.accepted(new Restarted(job))
                    .location(uri.getBaseUriBuilder().path("admin/jobs/{id}").build(job))
                    .build();
        } catch (JobRefusedException refused) {
            throw ProblemException.of(409, String.valueOf(refused.getMessage()));
        }
    }
}
