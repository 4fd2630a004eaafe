package org.holdfast.web.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.failover.SalvagePage;
import org.holdfast.failover.SalvageView;
import org.holdfast.failover.SalvagedChanges;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Cursor;
import org.holdfast.web.Page;
import org.holdfast.web.Paging;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** The tenant's writes that a lost primary kept to itself. */
@Path("admin/salvage")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.OPERATOR})
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class SalvageResource {
    @Inject
    SalvagedChanges changes;

    @GET
    @Operation(summary = "Lists the writes of a lost primary that the failover never received, in the order of commit")
    public Page<SalvageView> list(@BeanParam Paging paging, @QueryParam("epoch") @Nullable String epoch) {
        SalvagePage read = changes.list(paging.afterId(), epoch(epoch), paging.limit());
        List<SalvageView> items = read.items();
        return new Page<>(
                items, read.hasMore() ? Cursor.after(items.get(items.size() - 1).id()) : null);
    }

    private static OptionalLong epoch(@Nullable String epoch) {
        if (epoch == null) {
            return OptionalLong.empty();
        }
        try {
            long wanted = Long.parseLong(epoch);
            if (wanted >= 1) {
                return OptionalLong.of(wanted);
            }
        } catch (NumberFormatException notANumber) {
            throw badEpoch();
        }
        throw badEpoch();
    }

    private static ProblemException badEpoch() {
        return ProblemException.badRequest("epoch must be a whole number from 1 on");
    }
}
