package org.holdfast.web.tuning;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.tuning.PlanHistory;
import org.holdfast.tuning.Queries;
import org.holdfast.tuning.QueryOrder;
import org.holdfast.tuning.QueryPlan;
import org.holdfast.tuning.SlowQueries;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Parameters;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** The statements that cost a node the most, and their plans. */
@Path("admin/queries")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.OPERATOR})
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class QueriesResource {
    private static final int LIMIT = 20;
    private static final int LIMIT_MAX = 500;
    private static final int NODE_CHARS_MAX = 63;

    @Inject
    Queries queries;

    @Inject
    PlanHistory history;

    @GET
    @Operation(
            summary =
                    "The statements that a node spends most time on, without their values; 409 where it does not count them")
    public SlowQueries mostExpensive(
            @QueryParam("node") @Nullable String node,
            @QueryParam("order") @Nullable String order,
            @QueryParam("limit") @Nullable String limit) {
        return queries.mostExpensive(node(node), order(order), Parameters.number("limit", limit, LIMIT, LIMIT_MAX));
    }

    @GET
    @Path("{id}/plan")
    @Operation(summary = "How a node would run one of them for the application; it is not run")
    public QueryPlan plan(@PathParam("id") String id, @QueryParam("node") @Nullable String node) {
        return queries.plan(node(node), number(id))
                .orElseThrow(() -> ProblemException.notFound("the node knows no statement " + id));
    }

    @GET
    @Path("plans")
    @Operation(summary = "How the nodes have planned their most expensive statements over time")
    public PlansView plans(
            @QueryParam("node") @Nullable String node,
            @QueryParam("id") @Nullable String id,
            @QueryParam("changed") @Nullable String changed,
            @QueryParam("limit") @Nullable String limit) {
        return new PlansView(history.kept(
                node(node),
                Optional.ofNullable(id).map(QueriesResource::number),
                Parameters.isTrue("changed", changed),
                Parameters.number("limit", limit, LIMIT, LIMIT_MAX)));
    }

    @POST
    @Path("plans")
    @Operation(summary = "Looks at the plans now, as is done in every interval")
    public Map<String, Integer> look() {
        return Map.of("plans", history.look());
    }

    private static Optional<String> node(@Nullable String name) {
        return Parameters.text("node", name, NODE_CHARS_MAX);
    }

    private static QueryOrder order(@Nullable String name) {
        if (name == null || name.equals(QueryOrder.total.name())) {
            return QueryOrder.total;
        }
        if (name.equals(QueryOrder.mean.name())) {
            return QueryOrder.mean;
        }
        throw ProblemException.badRequest("order must be total or mean");
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException notANumber) {
            throw ProblemException.badRequest("the id of a statement is a number");
        }
    }
}
