package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolesIT {
    private final Tenants tenants = new Tenants();
    private Api agent = Api.anonymous();
    private Api admin = Api.anonymous();
    private Api viewer = Api.anonymous();
    private Api operator = Api.anonymous();

    @BeforeAll
    void logIn() {
        agent = Api.agent();
        admin = Api.admin();
        viewer = Api.loggedIn(tenants.userWithRole("viewer"));
        operator = Api.loggedIn(tenants.userWithRole("operator"));
    }

    /** Every call that changes a tenant's data, with a body that is right. */
    private Map<String, ObjectNode> writes(String agentId, String conversationId, String memoryId, String runId) {
        return Map.ofEntries(
                Map.entry("POST /api/agents", object("name", unique("agent"))),
                Map.entry("PATCH /api/agents/" + agentId, object("description", "changed")),
                Map.entry("DELETE /api/agents/" + agentId, object()),
                Map.entry("POST /api/agents/" + agentId + "/conversations", object("title", "t")),
                Map.entry(
                        "POST /api/conversations/" + conversationId + "/messages",
                        object("role", "user", "content", "c")),
                Map.entry("POST /api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", "t")),
                Map.entry("PUT /api/memories/" + memoryId, object("text", "changed")),
                Map.entry("DELETE /api/memories/" + memoryId, object()),
                Map.entry("POST /api/runs", object("agentId", agentId, "name", "r")),
                Map.entry("PATCH /api/runs/" + runId, object("name", "changed")),
                Map.entry("POST /api/runs/" + runId + "/steps", object("name", "s")));
    }

    private static Answer call(Api caller, String methodAndPath, ObjectNode body) {
        String[] parts = methodAndPath.split(" ", -1);
        return parts[0].equals("DELETE")
                ? caller.delete(parts[1])
                : caller.text(parts[0], parts[1], Api.APPLICATION_JSON, body.toString());
    }

    private record Owned(String agentId, String conversationId, String memoryId, String runId, String marker) {}

    private static Owned ownedBy(Api caller) {
        String marker = "marker" + UUID.randomUUID().toString().replace("-", "");
        String agentId = caller.newAgent();
        String conversationId = caller.post("/api/agents/" + agentId + "/conversations", object("title", marker))
                .is(201)
                .id();
        caller.post("/api/conversations/" + conversationId + "/messages", object("role", "user", "content", marker))
                .is(201);
        String memoryId = caller.post(
                        "/api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", "word " + marker))
                .is(201)
                .id();
        String runId = caller.post("/api/runs", object("agentId", agentId, "name", marker))
                .is(201)
                .id();
        caller.post("/api/runs/" + runId + "/steps", object("name", "step")).is(201);
        return new Owned(agentId, conversationId, memoryId, runId, marker);
    }

    private static List<String> reads(Owned owned) {
        return List.of(
                "/api/agents/" + owned.agentId(),
                "/api/agents/" + owned.agentId() + "/conversations",
                "/api/conversations/" + owned.conversationId(),
                "/api/conversations/" + owned.conversationId() + "/messages",
                "/api/memories/" + owned.memoryId(),
                "/api/memories/" + owned.memoryId() + "/history",
                "/api/runs/" + owned.runId(),
                "/api/runs/" + owned.runId() + "/steps");
    }

    @Test
    void aViewerReadsEverythingAndChangesNothing() {
        Owned owned = ownedBy(agent);

        reads(owned)
                .forEach(path ->
                        viewer.get(path, "Holdfast-Consistency", "strong").is(200));
        viewer.post("/api/memories/search", object("query", owned.marker())).is(200);
        viewer.post("/api/memories/context", object("query", owned.marker(), "tokens", 100))
                .is(200);
        viewer.post("/api/memories/nearest", object("embedding", Collections.nCopies(384, 1)))
                .is(200);
        writes(owned.agentId(), owned.conversationId(), owned.memoryId(), owned.runId())
                .forEach((target, body) -> call(viewer, target, body).isProblem(403));
        viewer.post("/api/memories/forget", object("agentId", owned.agentId())).isProblem(403);
        viewer.text("POST", "/api/memories/batch", Api.LINES, "{\"kind\":\"CONTEXT\",\"text\":\"t\"}")
                .isProblem(403);

        agent.get("/api/agents/" + owned.agentId()).is(200);
        agent.get("/api/memories/" + owned.memoryId()).is(200);
    }

    @Test
    void anOperatorSeesTheTopologyButNoTenantData() {
        Owned owned = ownedBy(agent);

        operator.get("/api/admin/topology").is(200);
        reads(owned).forEach(path -> operator.get(path).isProblem(403));
        operator.get("/api/agents").isProblem(403);
        operator.post("/api/memories/search", object("query", owned.marker())).isProblem(403);
        operator.post("/api/memories/nearest", object("embedding", Collections.nCopies(384, 1)))
                .isProblem(403);
        operator.post("/api/memories/context", object("query", owned.marker(), "tokens", 100))
                .isProblem(403);
        writes(owned.agentId(), owned.conversationId(), owned.memoryId(), owned.runId())
                .forEach((target, body) -> call(operator, target, body).isProblem(403));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/admin/topology", "/api/admin/salvage"})
    void administrationRefusesAgentsAndStrangers(String path) {
        agent.get(path).isProblem(403);
        viewer.get(path).isProblem(403);
        Api.anonymous().get(path).isProblem(401);
        admin.get(path).is(200);
    }

    @Test
    void everythingButLogInAndHealthRefusesWhoIsNotLoggedIn() {
        Owned owned = ownedBy(agent);
        Api anonymous = Api.anonymous();

        reads(owned).forEach(path -> anonymous.get(path).isProblem(401));
        for (String list : List.of("/api/agents", "/api/runs", "/api/memories", "/api/auth/me")) {
            anonymous.get(list).isProblem(401);
        }
        writes(owned.agentId(), owned.conversationId(), owned.memoryId(), owned.runId())
                .forEach((target, body) -> call(anonymous, target, body).isProblem(401));
        anonymous.post("/api/memories/search", object("query", "q")).isProblem(401);
        anonymous
                .post("/api/memories/context", object("query", "q", "tokens", 100))
                .isProblem(401);
        anonymous.text("POST", "/api/memories/batch", Api.LINES, "{}").isProblem(401);
    }

    @Test
    void anUnknownCallerIsToldSoBeforeTheBodyIsLookedAt() {
        Api.anonymous().text("POST", "/api/agents", Api.APPLICATION_JSON, "{").isProblem(401);
    }

    @Test
    void whatBelongsToAnotherTenantIsNotThere() {
        Api other = Api.loggedIn(tenants.agentOfAnotherTenant());
        Owned theirs = ownedBy(other);
        Owned ours = ownedBy(agent);

        reads(theirs)
                .forEach(path ->
                        agent.get(path, "Holdfast-Consistency", "strong").isProblem(404));
        reads(ours)
                .forEach(path ->
                        other.get(path, "Holdfast-Consistency", "strong").isProblem(404));
        writes(theirs.agentId(), theirs.conversationId(), theirs.memoryId(), theirs.runId())
                .forEach((target, body) -> {
                    if (!target.equals("POST /api/agents") && !target.equals("POST /api/memories")) {
                        call(agent, target, body).isProblem(404);
                    }
                });

        reads(theirs).forEach(path -> other.get(path).is(200));
    }

    @Test
    void aMemoryForAnotherTenantsAgentIsRefusedAndNotStored() {
        Api other = Api.loggedIn(tenants.agentOfAnotherTenant());
        String theirs = other.newAgent();

        Answer single = agent.post("/api/memories", object("agentId", theirs, "kind", "CONTEXT", "text", "t"));
        Answer batch = agent.text(
                "POST",
                "/api/memories/batch",
                Api.LINES,
                object("agentId", theirs, "kind", "CONTEXT", "text", "t").toString());

        assertThat(single.status()).isIn(400, 404);
        single.isProblem(single.status());
        assertThat(batch.is(200).json().path("created").asInt(-1)).isZero();
        assertThat(batch.json().path("rejected")).hasSize(1);
        assertThat(tenants.count("select count(*) from memory.memory where agent_id = ?", UUID.fromString(theirs)))
                .isZero();
    }

    @Test
    void listsAndSearchesNeverShowAnotherTenantsRows() {
        Api other = Api.loggedIn(tenants.agentOfAnotherTenant());
        Owned theirs = ownedBy(other);
        Owned ours = ownedBy(agent);

        assertThat(other.get("/api/agents").is(200).items("id")).containsExactly(theirs.agentId());
        assertThat(other.get("/api/runs").is(200).items("id")).containsExactly(theirs.runId());
        assertThat(other.get("/api/memories").is(200).items("id")).containsExactly(theirs.memoryId());
        for (String mode : List.of("text", "vector", "hybrid")) {
            ObjectNode query = object("query", "word " + ours.marker() + " " + theirs.marker(), "mode", mode);
            assertThat(other.post("/api/memories/search", query).is(200).items("id"))
                    .as(mode)
                    .containsExactly(theirs.memoryId());
            assertThat(agent.post("/api/memories/search", query).is(200).items("id"))
                    .as(mode)
                    .contains(ours.memoryId())
                    .doesNotContain(theirs.memoryId());
            assertThat(agent.post("/api/memories/search", query.deepCopy().put("agentId", theirs.agentId()))
                            .is(200)
                            .items())
                    .as("%s of a foreign agent", mode)
                    .isEmpty();
            assertThat(agent.post("/api/memories/context", query.deepCopy().put("tokens", 1000))
                            .is(200)
                            .text("text"))
                    .as(mode)
                    .contains(ours.marker())
                    .doesNotContain(theirs.marker());
        }
        assertThat(agent.get("/api/memories?agentId=" + theirs.agentId())
                        .is(200)
                        .items())
                .isEmpty();
    }

    @Test
    void twoTenantsMayUseTheSameNames() {
        Api other = Api.loggedIn(tenants.agentOfAnotherTenant());
        String name = unique("shared");

        agent.post("/api/agents", object("name", name)).is(201);
        other.post("/api/agents", object("name", name)).is(201);
    }
}
