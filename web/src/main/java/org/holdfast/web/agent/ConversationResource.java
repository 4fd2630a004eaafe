package org.holdfast.web.agent;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.agent.ConversationView;
import org.holdfast.agent.Conversations;
import org.holdfast.agent.MessageView;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Cursor;
import org.holdfast.web.Fields;
import org.holdfast.web.Page;
import org.holdfast.web.Paging;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** Conversations and what was said in them. */
@Path("conversations/{id}")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.AGENT})
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "conversations")
public class ConversationResource {
    @Inject
    Conversations conversations;

    @GET
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "One conversation")
    public ConversationView get(@PathParam("id") UUID id) {
        return conversations.get(id).orElseThrow(ConversationResource::notFound);
    }

    @POST
    @Path("messages")
    @Operation(summary = "Keeps a message")
    public Response say(@PathParam("id") UUID id, @Nullable MessageRequest body) {
        MessageView said =
                conversations.say(id, Fields.body(body).message()).orElseThrow(ConversationResource::notFound);
        return Response.status(Response.Status.CREATED).entity(said).build();
    }

    @GET
    @Path("messages")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "Lists the messages of a conversation, oldest first")
    public Page<MessageView> messages(@PathParam("id") UUID id, @BeanParam Paging paging) {
        List<MessageView> read =
                conversations.messages(id, paging.afterId(), paging.read()).orElseThrow(ConversationResource::notFound);
        return Page.of(read, paging, message -> Cursor.after(message.id()));
    }

    private static ProblemException notFound() {
        return ProblemException.notFound("conversation");
    }
}
