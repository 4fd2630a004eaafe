package org.holdfast.web.memory;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.memory.Forgotten;
import org.holdfast.memory.FoundMemories;
import org.holdfast.memory.Memories;
import org.holdfast.memory.MemoryContext;
import org.holdfast.memory.MemoryContexts;
import org.holdfast.memory.MemoryDraft;
import org.holdfast.memory.MemoryFilter;
import org.holdfast.memory.MemoryImport;
import org.holdfast.memory.MemorySearch;
import org.holdfast.memory.MemoryView;
import org.holdfast.memory.NearMemory;
import org.holdfast.memory.NearestMemories;
import org.holdfast.memory.RevisionView;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Cursor;
import org.holdfast.web.Fields;
import org.holdfast.web.IfMatch;
import org.holdfast.web.Page;
import org.holdfast.web.Paging;
import org.holdfast.web.Parameters;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** What the tenant's agents remember. */
@Path("memories")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.AGENT})
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "memories")
public class MemoryResource {
    private static final String LINES = "application/x-ndjson";
    private static final double NANOS_PER_MILLI = 1_000_000.0;

    @Inject
    Memories memories;

    @Inject
    MemoryImport batches;

    @Inject
    MemorySearch searches;

    @Inject
    NearestMemories nearest;

    @Inject
    MemoryContexts contexts;

    @POST
    @Operation(
            summary =
                    "Keeps a memory: 201 with a new one, or 200 with the one that is there. Under a key that is there, that memory"
                            + " says it from now on; a text that is there, word for word, in the same agent, kind and conversation"
                            + " is counted and not stored again. What is said in a conversation, and memories with an id or an"
                            + " embedding of the caller's own, are always new ones")
    public Response create(@Nullable MemoryRequest body) {
        MemoryDraft draft = Fields.body(body).draft(memories.dimensions());
        MemoryView kept = memories.create(draft)
                .orElseThrow(() -> ProblemException.of(
                        404,
                        "there is no memory " + draft.life().supersedes().orElse(null) + ", which 'supersedes' names"));
        if (!kept.wasCreated()) {
            return answer(kept);
        }
        return Response.created(URI.create("memories/" + kept.id()))
                .entity(kept)
                .tag(IfMatch.tag(kept.version()))
                .build();
    }

    @POST
    @Path("batch")
    @Consumes(LINES)
    @Operation(summary = "Keeps many memories, one JSON object a line; says which lines it did not keep")
    public BatchView create(InputStream body) throws IOException {
        try (BatchBody received = BatchBody.receive(body)) {
            return BatchView.of(batches.store(received.lines(memories.dimensions())));
        }
    }

    @POST
    @Path("search")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "Finds memories by words and by meaning")
    public SearchView search(@Nullable SearchRequest body) {
        long begun = System.nanoTime();
        FoundMemories found = searches.find(Fields.body(body).search());
        return SearchView.of(found, millisSince(begun));
    }

    @POST
    @Path("nearest")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(
            summary =
                    "Finds the memories nearest to a vector that the caller made, with their metadata and vectors; for"
                            + " memories whose vectors the caller gave")
    public NearestView nearest(@Nullable NearestRequest body) {
        long begun = System.nanoTime();
        List<NearMemory> found = nearest.find(Fields.body(body).search(memories.dimensions()));
        return new NearestView(found, millisSince(begun));
    }

    @POST
    @Path("forget")
    @Operation(
            summary =
                    "Removes the memories that match, by their ids or metadata too, as the removal of a list does: at most"
                            + " 1000, and tells whether there are more")
    public Forgotten forget(@Nullable ForgetRequest body) {
        ForgetRequest wanted = Fields.body(body);
        return memories.deleteMany(wanted.scope(), wanted.wantedIds(), wanted.metadata());
    }

    @POST
    @Path("context")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(
            summary = "The best passages about a question within a number of tokens, for a prompt, with their sources")
    public ContextView context(@Nullable ContextRequest body) {
        long begun = System.nanoTime();
        ContextRequest asked = Fields.body(body);
        MemoryContext built = contexts.build(asked.search(), asked.tokens());
        return ContextView.of(built, millisSince(begun));
    }

    @GET
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(
            summary =
                    "Lists memories: the turns of a conversation in their order, or else the newest first; or as order says,"
                            + " oldest or newest first. key names a preference; superseded=true has those too that others have"
                            + " superseded")
    public Page<MemoryView> list(
            @QueryParam("agentId") @Nullable String agentId,
            @QueryParam("conversation") @Nullable String conversation,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("key") @Nullable String key,
            @QueryParam("superseded") @Nullable String superseded,
            @QueryParam("order") @Nullable String order,
            @QueryParam("cursor") @Nullable String cursor,
            @BeanParam Paging paging) {
        MemoryFilter filter = filter(agentId, conversation, kind, key);
        List<MemoryView> read = memories.list(
                filter,
                Parameters.isTrue("superseded", superseded),
                order == null ? filter.order() : MemoryFields.order(order),
                MemoryCursor.read(cursor),
                paging.read());
        return Page.of(read, paging, memory -> MemoryCursor.of(memory.position()));
    }

    @DELETE
    @Operation(
            summary = "Removes the memories that match, at most 1000, and tells whether there are more; not without any"
                    + " narrowing. What they said stays in their history")
    public Forgotten deleteMany(
            @QueryParam("agentId") @Nullable String agentId,
            @QueryParam("conversation") @Nullable String conversation,
            @QueryParam("kind") @Nullable String kind) {
        return memories.deleteMany(filter(agentId, conversation, kind, null));
    }

    private static MemoryFilter filter(
            @Nullable String agentId, @Nullable String conversation, @Nullable String kind, @Nullable String key) {
        Fields.optionalText("key", key, MemoryFields.NAME_CHARS_MAX);
        Fields.optionalText("conversation", conversation, MemoryFields.NAME_CHARS_MAX);
        return new MemoryFilter(
                Optional.ofNullable(agentId).map(MemoryFields::id),
                Optional.ofNullable(conversation),
                Optional.ofNullable(kind),
                Optional.ofNullable(key));
    }

    @GET
    @Path("{id}")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "One memory; its ETag is its version")
    public Response get(@PathParam("id") UUID id) {
        return answer(memories.get(id).orElseThrow(MemoryResource::notFound));
    }

    @PUT
    @Path("{id}")
    @Operation(summary = "Replaces what a memory says, where If-Match allows it; what it said stays in its history")
    public Response replace(
            @PathParam("id") UUID id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable MemoryChangeRequest body) {
        return answer(memories.replace(id, Fields.body(body).change(), new IfMatch(ifMatch))
                .orElseThrow(MemoryResource::notFound));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Removes a memory, where If-Match allows it; what it said stays in its history")
    public void delete(@PathParam("id") UUID id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        if (!memories.delete(id, new IfMatch(ifMatch))) {
            throw notFound();
        }
    }

    @GET
    @Path("{id}/history")
    @AllowedTo({Roles.ADMIN, Roles.AGENT, Roles.VIEWER})
    @Operation(summary = "What a memory said before each change, oldest first; also of one that was removed")
    public Page<RevisionView> history(@PathParam("id") UUID id, @BeanParam Paging paging) {
        List<RevisionView> read =
                memories.history(id, paging.fromNumber(), paging.read()).orElseThrow(MemoryResource::notFound);
        return Page.of(read, paging, revision -> Cursor.after(Math.toIntExact(revision.version())));
    }

    private static Response answer(MemoryView memory) {
        return Response.ok(memory).tag(IfMatch.tag(memory.version())).build();
    }

    private static double millisSince(long begun) {
        return Math.round((System.nanoTime() - begun) / NANOS_PER_MILLI * 1000) / 1000.0;
    }

    private static ProblemException notFound() {
        return ProblemException.notFound("memory");
    }
}
