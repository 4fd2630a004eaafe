package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.holdfast.it.api.Api.array;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Memories with vectors and keys of the caller's own: kept, found, removed. */
class NearestMemoriesIT {
    private static final Offset<Double> ROUNDING = within(1e-6);

    private final Api agent = Api.agent();
    private String agentId = "";

    @BeforeEach
    void makeAnAgent() {
        agentId = agent.newAgent();
    }

    /** A vector in the plane of the first two axes. */
    private static List<Float> direction(double degrees) {
        List<Float> vector = new ArrayList<>();
        vector.add((float) Math.cos(Math.toRadians(degrees)));
        vector.add((float) Math.sin(Math.toRadians(degrees)));
        while (vector.size() < 384) {
            vector.add(0f);
        }
        return vector;
    }

    private ObjectNode memory(String text, double degrees) {
        return object("agentId", agentId, "kind", "CONTEXT", "text", text, "embedding", direction(degrees));
    }

    private ObjectNode near(double degrees) {
        return object("agentId", agentId, "embedding", direction(degrees));
    }

    private List<JsonNode> nearest(ObjectNode query) {
        return agent.post("/api/memories/nearest", query).is(200).items();
    }

    private List<String> texts(ObjectNode query) {
        return nearest(query).stream()
                .map(item -> item.path("memory").path("text").asText())
                .toList();
    }

    @Test
    void theNearestComeFirstWithTheirCosine() {
        agent.post("/api/memories", memory("north", 0).set("metadata", object("a", 1)))
                .is(201);
        agent.post("/api/memories", memory("east", 90)).is(201);
        agent.post("/api/memories", memory("south", 180)).is(201);

        List<JsonNode> found = nearest(near(0));

        assertThat(found)
                .extracting(item -> item.path("memory").path("text").asText())
                .containsExactly("north", "east", "south");
        assertThat(found.get(0).path("score").asDouble()).isCloseTo(1, ROUNDING);
        assertThat(found.get(1).path("score").asDouble()).isCloseTo(0, ROUNDING);
        assertThat(found.get(2).path("score").asDouble()).isCloseTo(-1, ROUNDING);
        assertThat(found.get(0).path("embedding"))
                .hasSize(384)
                .first()
                .extracting(JsonNode::asDouble)
                .isEqualTo(1.0);
        assertThat(found.get(0).path("memory").path("metadata").path("a").asInt())
                .isOne();
        assertThat(texts(near(91).put("limit", 1))).containsExactly("east");
    }

    @Test
    void theScopeIsNarrowedAsInASearch() {
        String conversation = unique("chat");
        agent.post("/api/memories", memory("tagged", 10).set("tags", array("a", "b")))
                .is(201);
        agent.post(
                        "/api/memories",
                        memory("talk", 20).put("kind", "CONVERSATION").put("conversation", conversation))
                .is(201);

        for (ObjectNode query : List.of(
                near(0),
                near(0).<ObjectNode>set("filter", object("not", object("key", "k", "op", "eq", "value", 1))))) {
            assertThat(texts(query)).containsExactly("tagged", "talk");
            assertThat(texts(query.deepCopy().put("kind", "CONVERSATION"))).containsExactly("talk");
            assertThat(texts(query.deepCopy().put("conversation", conversation)))
                    .containsExactly("talk");
            assertThat(texts(query.deepCopy().set("tags", array("b", "a")))).containsExactly("tagged");
            assertThat(texts(query.deepCopy().set("tags", array("a", "c")))).isEmpty();
            assertThat(texts(query.deepCopy().put("agentId", UUID.randomUUID().toString())))
                    .isEmpty();
        }
    }

    @Test
    void aFilterNeverTakesATextForANumber() {
        agent.post("/api/memories", memory("ten", 0).set("metadata", object("n", 10)))
                .is(201);
        agent.post("/api/memories", memory("text", 1).set("metadata", object("n", "10")))
                .is(201);
        agent.post("/api/memories", memory("true", 2).set("metadata", object("n", true)))
                .is(201);
        agent.post("/api/memories", memory("list", 3).set("metadata", object("n", List.of(10))))
                .is(201);
        agent.post("/api/memories", memory("none", 4)).is(201);

        assertThat(filtered("gt", 9)).containsExactly("ten");
        assertThat(filtered("eq", 10.0)).containsExactly("ten");
        assertThat(filtered("lt", "9")).containsExactly("text");
        assertThat(filtered("eq", true)).containsExactly("true");
        assertThat(filtered("contains", "0")).containsExactly("text");
        assertThat(filtered("ne", 10)).containsExactly("text", "true", "list", "none");
        assertThat(filtered("eq", "' or true --")).isEmpty();
    }

    private List<String> filtered(String operator, Object value) {
        return texts(near(0).set("filter", object("key", "n", "op", operator, "value", value)));
    }

    @Test
    void anotherTenantsMemoriesAreNeitherFoundNorRemoved() {
        Api other = Api.loggedIn(new Tenants().agentOfAnotherTenant());
        String id = agent.post("/api/memories", memory("ours", 0)).is(201).id();
        ObjectNode all = object("not", object("key", "k", "op", "eq", "value", "v"));

        assertThat(other.post("/api/memories/nearest", object("embedding", direction(0)))
                        .is(200)
                        .items())
                .isEmpty();
        assertThat(other.post("/api/memories/nearest", object("embedding", direction(0), "filter", all))
                        .is(200)
                        .items())
                .isEmpty();
        for (ObjectNode body : List.of(
                object("ids", List.of(id)), object("filter", all), object("agentId", agentId, "kind", "CONTEXT"))) {
            assertThat(other.post("/api/memories/forget", body)
                            .is(200)
                            .json()
                            .path("deleted")
                            .asInt(-1))
                    .isZero();
        }
        // Whether a key of another tenant's is taken is not promised; that nothing comes of it there is.
        Answer same = other.post(
                "/api/memories", object("id", id, "kind", "CONTEXT", "text", "theirs", "agentId", other.newAgent()));
        assertThat(same.status()).isIn(201, 409);
        other.put("/api/memories/" + id, object("text", "changed")).is(same.status() == 201 ? 200 : 404);
        other.delete("/api/memories/" + id).is(same.status() == 201 ? 204 : 404);
        assertThat(agent.get("/api/memories/" + id).is(200).text("text")).isEqualTo("ours");
    }

    @Nested
    class OwnKeys {
        @Test
        void aKeyIsTakenOnce() {
            String id = UUID.randomUUID().toString();
            agent.post("/api/memories", memory("first", 0).put("id", id)).is(201);

            Answer refused = agent.post("/api/memories", memory("second", 0).put("id", id))
                    .isProblem(409);

            assertThat(refused.text("category")).isEqualTo("conflict");
            assertThat(agent.get("/api/memories/" + id).is(200).text("text")).isEqualTo("first");
        }

        @Test
        void aBatchSaysWhichKeysWereTaken() {
            String taken = UUID.randomUUID().toString();
            String twice = UUID.randomUUID().toString();
            agent.post("/api/memories", memory("first", 0).put("id", taken)).is(201);

            Answer answer = agent.text(
                            "POST",
                            "/api/memories/batch",
                            Api.LINES,
                            memory("a", 0).put("id", taken) + "\n"
                                    + memory("b", 0).put("id", twice) + "\n"
                                    + memory("c", 0).put("id", twice) + "\n" + memory("d", 0) + "\n"
                                    + memory("e", 0).set("embedding", array(1, 2)))
                    .is(200);

            assertThat(answer.json().path("created").asInt()).isEqualTo(2);
            assertThat(answer.json().path("rejected"))
                    .extracting(line ->
                            line.path("line").asInt() + " " + line.path("code").asText())
                    .containsExactly("1 duplicate", "3 duplicate", "5 invalid");
            assertThat(answer.json().path("rejected").get(0).path("reason").asText())
                    .contains(taken);
        }

        @Test
        void aKeyCanBeUsedAgainAfterItsMemoryWasRemoved() {
            String id = UUID.randomUUID().toString();
            String path = "/api/memories/" + id;
            agent.post("/api/memories", memory("first", 0).put("id", id)).is(201);
            agent.put(path, object("text", "changed")).is(200);
            agent.delete(path).is(204);

            agent.post("/api/memories", memory("second", 0).put("id", id)).is(201);

            assertThat(agent.get(path).is(200).text("text")).isEqualTo("second");
            assertThat(texts(near(0))).containsExactly("second");
            agent.put(path, object("text", "third")).is(200);
            assertThat(agent.get(path).is(200).text("text")).isEqualTo("third");
            assertThat(agent.get(path + "/history").is(200).items("text"))
                    .containsExactlyInAnyOrder("first", "changed", "second");
        }
    }

    @Nested
    class Removal {
        @Test
        void whatIsNamedOrMatchesIsRemoved() {
            String named =
                    agent.post("/api/memories", memory("named", 0)).is(201).id();
            agent.post("/api/memories", memory("matching", 0).set("metadata", object("k", "v")))
                    .is(201);
            agent.post("/api/memories", memory("stays", 0)).is(201);
            // So that it is in the cache.
            assertThat(agent.get("/api/memories?agentId=" + agentId).is(200).items())
                    .hasSize(3);

            assertThat(forget(object("ids", List.of(named, UUID.randomUUID().toString()))))
                    .isOne();
            assertThat(forget(object(
                            "agentId", agentId, "filter", object("key", "k", "op", "in", "values", List.of("v", "w")))))
                    .isOne();

            assertThat(agent.get("/api/memories?agentId=" + agentId).is(200).items("text"))
                    .containsExactly("stays");
            assertThat(agent.get("/api/memories/" + named + "/history").is(200).items("text"))
                    .containsExactly("named");
        }

        private int forget(ObjectNode body) {
            Answer answer = agent.post("/api/memories/forget", body).is(200);
            assertThat(answer.json().path("more").asBoolean(true)).isFalse();
            return answer.json().path("deleted").asInt(-1);
        }

        @Test
        void noKeysAreNoMemories() {
            agent.post("/api/memories", memory("stays", 0)).is(201);

            assertThat(forget(object("ids", List.of()))).isZero();
            agent.post("/api/memories/forget", object()).isProblem(400);

            assertThat(texts(near(0))).containsExactly("stays");
        }
    }

    @Test
    void aListCanBeReadFromItsOtherEnd() {
        String conversation = unique("chat");
        for (int turn = 0; turn < 5; turn++) {
            agent.post(
                            "/api/memories",
                            memory("t" + turn, 0)
                                    .put("kind", "CONVERSATION")
                                    .put("conversation", conversation)
                                    .put("turn", turn))
                    .is(201);
        }
        String path = "/api/memories?limit=2&agentId=" + agentId;

        Answer newest =
                agent.get(path + "&order=newest&conversation=" + conversation).is(200);
        assertThat(newest.items("text")).containsExactly("t4", "t3");
        assertThat(agent.get(path + "&order=newest&conversation=" + conversation + "&cursor=" + newest.text("next"))
                        .is(200)
                        .items("text"))
                .containsExactly("t2", "t1");
        assertThat(agent.get(path + "&conversation=" + conversation).is(200).items("text"))
                .containsExactly("t0", "t1");
        assertThat(agent.get(path + "&order=oldest").is(200).items("text")).containsExactly("t0", "t1");
        assertThat(agent.get(path + "&order=newest").is(200).items("text")).containsExactly("t4", "t3");
        agent.get(path + "&order=best").isProblem(400);
    }
}
