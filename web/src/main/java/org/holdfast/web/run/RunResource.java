package org.holdfast.web.run;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.run.RunView;
import org.holdfast.run.Runs;
import org.holdfast.run.StepView;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Cursor;
import org.holdfast.web.Fields;
import org.holdfast.web.IfMatch;
import org.holdfast.web.Page;
import org.holdfast.web.Paging;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** The orchestrator's runs and their steps. */
@Path("runs")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.AGENT})
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "runs")
public class RunResource {
    @Inject
    Runs runs;

    @POST
    @Operation(summary = "Records a run, which is pending")
    public Response create(@Nullable RunRequest body) {
        RunRequest wanted = Fields.body(body);
        RunView made = runs.create(wanted.agentId(), wanted.name(), Optional.ofNullable(wanted.input()))
                .orElseThrow(() -> ProblemException.notFound("agent"));
        return Response.created(URI.create("runs/" + made.id()))
                .entity(made)
                .tag(IfMatch.tag(made.version()))
                .build();
    }

    @GET
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "Lists the runs, oldest first")
    public Page<RunView> list(@BeanParam Paging paging) {
        List<RunView> read = runs.list(paging.afterId(), paging.read());
        return Page.of(read, paging, run -> Cursor.after(run.id()));
    }

    @GET
    @Path("{id}")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "One run; its ETag is its version")
    public Response get(@PathParam("id") UUID id) {
        return answer(runs.get(id).orElseThrow(RunResource::notFound));
    }

    @PATCH
    @Path("{id}")
    @Operation(summary = "Changes the fields that are sent, where If-Match allows it; what has ended stays ended")
    public Response change(
            @PathParam("id") UUID id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable RunPatch body) {
        return answer(runs.change(id, Fields.body(body).change(), new IfMatch(ifMatch))
                .orElseThrow(RunResource::notFound));
    }

    @POST
    @Path("{id}/steps")
    @Operation(summary = "Records the next step of a run")
    public Response addStep(@PathParam("id") UUID id, @Nullable StepRequest body) {
        StepView step = runs.addStep(id, Fields.body(body).step()).orElseThrow(RunResource::notFound);
        return Response.status(Response.Status.CREATED).entity(step).build();
    }

    @GET
    @Path("{id}/steps")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "Lists the steps of a run in their order")
    public Page<StepView> steps(@PathParam("id") UUID id, @BeanParam Paging paging) {
        List<StepView> read = runs.steps(id, paging.fromNumber(), paging.read()).orElseThrow(RunResource::notFound);
        return Page.of(read, paging, step -> Cursor.after(step.ordinal()));
    }

    private static Response answer(RunView run) {
        return Response.ok(run).tag(IfMatch.tag(run.version())).build();
    }

    private static ProblemException notFound() {
        return ProblemException.notFound("run");
    }
}
