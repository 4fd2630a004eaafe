package org.holdfast.web.agent;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.agent.AgentView;
import org.holdfast.agent.Agents;
import org.holdfast.agent.ConversationView;
import org.holdfast.agent.Conversations;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Cursor;
import org.holdfast.web.Fields;
import org.holdfast.web.IfMatch;
import org.holdfast.web.Page;
import org.holdfast.web.Paging;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** The tenant's agents and the conversations of each. */
@Path("agents")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.AGENT})
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "agents")
public class AgentResource {
    @Inject
    Agents agents;

    @Inject
    Conversations conversations;

    @POST
    @Operation(summary = "Makes an agent")
    public Response create(@Nullable AgentRequest body) {
        AgentRequest wanted = Fields.body(body);
        AgentView made = agents.create(wanted.name(), wanted.description());
        return Response.created(URI.create("agents/" + made.id()))
                .entity(made)
                .tag(IfMatch.tag(made.version()))
                .build();
    }

    @GET
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "Lists the agents, oldest first")
    public Page<AgentView> list(@BeanParam Paging paging) {
        List<AgentView> read = agents.list(paging.afterId(), paging.read());
        return Page.of(read, paging, agent -> Cursor.after(agent.id()));
    }

    @GET
    @Path("{id}")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "One agent; its ETag is its version")
    public Response get(@PathParam("id") UUID id) {
        return answer(agents.get(id).orElseThrow(AgentResource::notFound));
    }

    @PATCH
    @Path("{id}")
    @Operation(summary = "Changes the fields that are sent, where If-Match allows it")
    public Response change(
            @PathParam("id") UUID id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable AgentPatch body) {
        return answer(agents.change(id, Fields.body(body).change(), new IfMatch(ifMatch))
                .orElseThrow(AgentResource::notFound));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Removes an agent with everything that it has")
    public void delete(@PathParam("id") UUID id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        if (!agents.delete(id, new IfMatch(ifMatch))) {
            throw notFound();
        }
    }

    @POST
    @Path("{id}/conversations")
    @Operation(summary = "Begins a conversation")
    public Response converse(@PathParam("id") UUID id, @Nullable ConversationRequest body) {
        ConversationRequest wanted = Fields.body(body);
        ConversationView begun =
                conversations.create(id, wanted.externalId(), wanted.title()).orElseThrow(AgentResource::notFound);
        return Response.created(URI.create("conversations/" + begun.id()))
                .entity(begun)
                .build();
    }

    @GET
    @Path("{id}/conversations")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "Lists the conversations of an agent, oldest first")
    public Page<ConversationView> conversations(@PathParam("id") UUID id, @BeanParam Paging paging) {
        List<ConversationView> read =
                conversations.list(id, paging.afterId(), paging.read()).orElseThrow(AgentResource::notFound);
        return Page.of(read, paging, conversation -> Cursor.after(conversation.id()));
    }

    private static Response answer(AgentView agent) {
        return Response.ok(agent).tag(IfMatch.tag(agent.version())).build();
    }

    private static ProblemException notFound() {
        return ProblemException.notFound("agent");
    }
}
