package org.holdfast.web.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.audit.AnchorView;
import org.holdfast.audit.Anchors;
import org.holdfast.audit.AuditEntries;
import org.holdfast.audit.EntryFilter;
import org.holdfast.audit.EntryView;
import org.holdfast.audit.Erasure;
import org.holdfast.audit.Verifications;
import org.holdfast.audit.VerifyRequest;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Fields;
import org.holdfast.web.Page;
import org.holdfast.web.Paging;
import org.holdfast.web.Parameters;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** The audit trail of the caller's tenant and of the system. */
@Path("admin/audit")
@ApplicationScoped
@AllowedTo(Roles.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class AuditResource {
    private static final int TEXT_CHARS_MAX = 300;

    @Inject
    AuditEntries entries;

    @Inject
    Verifications verifications;

    @Inject
    Anchors anchors;

    @Inject
    Erasure erasure;

    /** How many entries an erasure has emptied. */
    public record Erased(long erased) {}

    @GET
    @Operation(summary = "Lists the entries of the caller's tenant and of the system, newest first")
    public Page<EntryView> list(
            @BeanParam Paging paging,
            @QueryParam("entity") @Nullable String entity,
            @QueryParam("id") @Nullable String id,
            @QueryParam("actor") @Nullable String actor,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to) {
        EntryFilter filter = new EntryFilter(
                Parameters.text("entity", entity, TEXT_CHARS_MAX),
                Parameters.text("id", id, TEXT_CHARS_MAX),
                Parameters.text("actor", actor, TEXT_CHARS_MAX),
                Parameters.moment("from", from),
                Parameters.moment("to", to),
                paging.cursor().map(EntryCursor::parse));
        return Page.of(entries.list(filter, paging.read()), paging, EntryCursor::after);
    }

    @POST
    @Path("verify")
    @Operation(summary = "Verifies the chains of all tenants, or of one, and names what was tampered with")
    public VerifyView verify(@Nullable VerifyBody asked) {
        VerifyBody body = asked == null ? new VerifyBody(null, null) : asked;
        long from = body.from() == null ? 1 : body.from();
        if (from < 1) {
            throw ProblemException.badRequest("field 'from' is " + from + "; it must be a whole number from 1 on");
        }
        return VerifyView.of(verifications.run(
                new VerifyRequest(Optional.ofNullable(body.tenant()).map(AuditResource::id), from)));
    }

    @GET
    @Path("anchors")
    @Operation(summary = "The newest signed heads of the chains, to be kept elsewhere")
    public Page<AnchorView> anchors(@BeanParam Paging paging) {
        return new Page<>(anchors.newest(paging.limit()), null);
    }

    @GET
    @Path("export")
    @Produces("application/x-ndjson")
    @Operation(summary = "All sealed entries, one a line, for the verifier that needs no server")
    public StreamingOutput export() {
        return new ExportLines(entries, anchors);
    }

    @POST
    @Path("erase")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Takes away what sealed entries tell of a row or of a person; the chain stays provable")
    public Erased erase(@Nullable EraseRequest asked) {
        EraseRequest request = Fields.body(asked);
        String actor = request.actor();
        return new Erased(
                actor != null
                        ? erasure.ofActor(actor)
                        : erasure.ofRow(
                                Fields.required("entity", request.entity()), Fields.required("id", request.id())));
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException malformed) {
            throw ProblemException.badRequest("field 'tenant' must be a UUID");
        }
    }
}
