package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentsIT {
    private Api agent = Api.anonymous();

    @BeforeAll
    void logIn() {
        agent = Api.agent();
    }

    /** Follows the cursors of a list to its end. */
    private List<String> walk(Api caller, String path, int limit) {
        List<String> seen = new ArrayList<>();
        String next = "";
        while (next != null) {
            String cursor = next.isEmpty() ? "" : "&cursor=" + Api.encoded(next);
            Answer page = caller.get(path + "?limit=" + limit + cursor).is(200);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            seen.addAll(page.items("id"));
            assertThat(page.json().has("next")).as("next of %s", page).isTrue();
            next = page.json().path("next").textValue();
        }
        return seen;
    }

    @Nested
    class Agents {
        @Test
        void aNewOneIsFoundAtItsLocation() {
            String name = unique("agent");

            Answer made = agent.post("/api/agents", object("name", name, "description", "what it does"))
                    .is(201);

            assertThat(UUID.fromString(made.id())).isNotNull();
            assertThat(made.text("name")).isEqualTo(name);
            assertThat(made.json().path("version").isIntegralNumber()).isTrue();
            URI location = URI.create(made.header("Location"));
            assertThat(location).isEqualTo(agent.base().resolve("/api/agents/" + made.id()));
            Answer read = agent.get(location.getPath()).is(200);
            assertThat(read.json()).isEqualTo(made.json());
            assertThat(read.header("ETag")).isEqualTo(made.header("ETag"));
        }

        @Test
        void timesAreRfc3339InUtc() {
            String createdAt = agent.get("/api/agents/" + agent.newAgent()).text("createdAt");

            assertThat(createdAt).endsWith("Z");
            assertThat(Instant.parse(createdAt)).isNotNull();
        }

        @Test
        void aNameIsTakenOnceOnly() {
            String name = unique("agent");
            agent.post("/api/agents", object("name", name)).is(201);

            Answer refused = agent.post("/api/agents", object("name", name)).isProblem(409);

            assertThat(refused.text("category")).isEqualTo("conflict");
            assertThat(refused.json().path("retryable").asBoolean()).isFalse();
        }

        @Test
        void aPatchChangesWhatItNamesAndNothingElse() {
            Answer made = agent.post("/api/agents", object("name", unique("agent"), "description", "before"))
                    .is(201);
            String path = "/api/agents/" + made.id();

            Answer renamed =
                    agent.patch(path, object("name", unique("renamed"))).is(200);
            Answer cleared = agent.patch(path, object().putNull("description")).is(200);
            Answer untouched = agent.patch(path, object()).is(200);

            assertThat(renamed.text("description")).isEqualTo("before");
            assertThat(renamed.json().path("version").asLong())
                    .isGreaterThan(made.json().path("version").asLong());
            assertThat(cleared.json().hasNonNull("description")).isFalse();
            assertThat(cleared.text("name")).isEqualTo(renamed.text("name"));
            assertThat(untouched.json().path("version"))
                    .isEqualTo(cleared.json().path("version"));
            assertThat(agent.get(path).json()).isEqualTo(untouched.json());
        }

        @Test
        void onlyTheVersionThatIfMatchNamesIsChanged() {
            Answer made =
                    agent.post("/api/agents", object("name", unique("agent"))).is(201);
            String path = "/api/agents/" + made.id();
            String first = made.header("ETag");

            Answer changed = agent.patch(path, object("description", "one"), "If-Match", first)
                    .is(200);
            agent.patch(path, object("description", "two"), "If-Match", first).isProblem(412);
            agent.delete(path, "If-Match", first).isProblem(412);
            agent.patch(path, object("description", "three"), "If-Match", "garbage")
                    .isProblem(412);

            assertThat(changed.header("ETag")).isNotEqualTo(first);
            assertThat(agent.get(path).text("description")).isEqualTo("one");
            agent.patch(path, object("description", "four"), "If-Match", changed.header("ETag"))
                    .is(200);
            agent.patch(path, object("description", "five"), "If-Match", "*").is(200);
        }

        @Test
        void aRemovedOneIsGoneWithEverythingItHad() {
            String id = agent.newAgent();
            String conversation = agent.post("/api/agents/" + id + "/conversations", object())
                    .is(201)
                    .id();
            String memory = agent.post("/api/memories", object("agentId", id, "kind", "CONTEXT", "text", "gone"))
                    .is(201)
                    .id();
            String run = agent.post("/api/runs", object("agentId", id, "name", "run"))
                    .is(201)
                    .id();

            agent.delete("/api/agents/" + id).is(204);

            agent.get("/api/agents/" + id).isProblem(404);
            agent.get("/api/agents/" + id + "/conversations").isProblem(404);
            agent.get("/api/conversations/" + conversation).isProblem(404);
            agent.get("/api/memories/" + memory).isProblem(404);
            agent.get("/api/runs/" + run).isProblem(404);
            agent.delete("/api/agents/" + id).isProblem(404);
            agent.patch("/api/agents/" + id, object("description", "late")).isProblem(404);
        }
    }

    @Nested
    class Lists {
        @Test
        void aWalkOverAllPagesSeesEachAgentOnce() {
            List<String> made =
                    IntStream.range(0, 7).mapToObj(i -> agent.newAgent()).toList();

            List<String> seen = walk(agent, "/api/agents", 3);

            assertThat(seen).doesNotHaveDuplicates().containsSubsequence(made);
        }

        @Test
        void oneEntryAndFiveHundredAreTheBoundsOfAPage() {
            agent.newAgent();
            agent.newAgent();

            Answer one = agent.get("/api/agents?limit=1").is(200);
            Answer many = agent.get("/api/agents?limit=500").is(200);

            assertThat(one.items()).hasSize(1);
            assertThat(one.json().path("next").isTextual()).isTrue();
            assertThat(many.items()).hasSizeGreaterThan(1);
        }

        @Test
        void theLastPageHasNoNext() {
            String id = agent.newAgent();
            String path = "/api/agents/" + id + "/conversations";
            agent.post(path, object("title", "only")).is(201);

            Answer exactlyOne = agent.get(path + "?limit=1").is(200);

            assertThat(exactlyOne.items()).hasSize(1);
            assertThat(exactlyOne.json().path("next").isNull()).isTrue();
        }

        @Test
        void runsAreWalkedWithoutGapsToo() {
            String id = agent.newAgent();
            List<String> made = IntStream.range(0, 5)
                    .mapToObj(i -> agent.post("/api/runs", object("agentId", id, "name", "run " + i))
                            .is(201)
                            .id())
                    .toList();

            assertThat(walk(agent, "/api/runs", 2)).doesNotHaveDuplicates().containsSubsequence(made);
        }
    }

    @Nested
    class Conversations {
        private final String agentId = Api.agent().newAgent();
        private final String path = "/api/agents/" + agentId + "/conversations";

        @Test
        void oneIsBegunReadAndListed() {
            Answer begun = agent.post(path, object("externalId", unique("chat"), "title", "Breakfast"))
                    .is(201);

            String location = URI.create(begun.header("Location")).getPath();
            assertThat(location).isEqualTo("/api/conversations/" + begun.id());
            assertThat(agent.get(location).is(200).json()).isEqualTo(begun.json());
            assertThat(begun.text("agentId")).isEqualTo(agentId);
            assertThat(agent.get(path).is(200).items("id")).containsExactly(begun.id());
        }

        @Test
        void theCallersNameForItIsTakenOnceOnly() {
            String name = unique("chat");
            agent.post(path, object("externalId", name)).is(201);

            agent.post(path, object("externalId", name)).isProblem(409);
        }

        @Test
        void messagesAreReadInTheOrderTheyWereKept() {
            String id = agent.post(path, object()).is(201).id();
            String messages = "/api/conversations/" + id + "/messages";
            List<String> kept = IntStream.range(0, 5)
                    .mapToObj(i -> agent.post(
                                    messages,
                                    object(
                                            "role",
                                            i % 2 == 0 ? "user" : "assistant",
                                            "content",
                                            "message " + i,
                                            "speaker",
                                            "Ann",
                                            "at",
                                            "2026-01-31T10:00:0" + i + "Z"))
                            .is(201)
                            .id())
                    .toList();

            assertThat(walk(agent, messages, 2)).containsExactlyElementsOf(kept);
            Answer all = agent.get(messages).is(200);
            assertThat(all.items("content"))
                    .containsExactly("message 0", "message 1", "message 2", "message 3", "message 4");
            assertThat(all.items().get(0).path("at").asText()).isEqualTo("2026-01-31T10:00:00Z");
            assertThat(all.items().get(0).path("speaker").asText()).isEqualTo("Ann");
        }

        @Test
        void anUnknownRoleIsRefused() {
            String id = agent.post(path, object()).is(201).id();

            agent.post("/api/conversations/" + id + "/messages", object("role", "nobody", "content", "c"))
                    .isProblem(400);
        }
    }

    @Nested
    class Runs {
        private final String agentId = Api.agent().newAgent();

        private Answer newRun() {
            return agent.post(
                            "/api/runs",
                            object("agentId", agentId, "name", "nightly", "input", object("depth", 3, "why", "ü")))
                    .is(201);
        }

        @Test
        void oneIsRecordedAndReadAtItsLocation() {
            Answer made = newRun();

            assertThat(made.text("status")).isEqualTo("PENDING");
            assertThat(made.json().path("input")).isEqualTo(object("depth", 3, "why", "ü"));
            String location = URI.create(made.header("Location")).getPath();
            assertThat(agent.get(location).is(200).json()).isEqualTo(made.json());
        }

        @Test
        void aPatchMovesItToItsEnd() {
            String path = "/api/runs/" + newRun().id();

            Answer running = agent.patch(path, object("status", "RUNNING")).is(200);
            Answer ended = agent.patch(path, object("status", "SUCCEEDED", "output", List.of(1, "two", false)))
                    .is(200);

            assertThat(running.json().hasNonNull("finishedAt")).isFalse();
            assertThat(ended.json().path("output")).hasToString("[1,\"two\",false]");
            assertThat(Instant.parse(ended.text("finishedAt"))).isNotNull();
            assertThat(agent.get(path).json()).isEqualTo(ended.json());
            agent.patch(path, object("status", "RUNNING")).isProblem(409);
            agent.patch(path, object("status", "DANCING")).isProblem(400);
        }

        @Test
        void aStaleVersionIsNotChanged() {
            Answer made = newRun();
            String path = "/api/runs/" + made.id();
            agent.patch(path, object("status", "RUNNING"), "If-Match", made.header("ETag"))
                    .is(200);

            agent.patch(path, object("status", "FAILED"), "If-Match", made.header("ETag"))
                    .isProblem(412);

            assertThat(agent.get(path).text("status")).isEqualTo("RUNNING");
        }

        @Test
        void stepsAreNumberedInTheOrderTheyWereReported() {
            String steps = "/api/runs/" + newRun().id() + "/steps";
            for (int i = 0; i < 5; i++) {
                agent.post(steps, object("name", "step " + i, "status", "SUCCEEDED", "input", i, "output", List.of(i)))
                        .is(201);
            }

            Answer all = agent.get(steps).is(200);

            assertThat(all.items("ordinal")).containsExactly("0", "1", "2", "3", "4");
            assertThat(all.items("name")).containsExactly("step 0", "step 1", "step 2", "step 3", "step 4");
            assertThat(all.items().get(3).path("output")).hasToString("[3]");
            assertThat(walk(agent, steps, 2)).containsExactlyElementsOf(all.items("id"));
        }
    }

    @Nested
    class WhatIsNotThere {
        private List<String> addresses(String id) {
            return List.of(
                    "/api/agents/" + id,
                    "/api/agents/" + id + "/conversations",
                    "/api/conversations/" + id,
                    "/api/conversations/" + id + "/messages",
                    "/api/memories/" + id,
                    "/api/memories/" + id + "/history",
                    "/api/runs/" + id,
                    "/api/runs/" + id + "/steps");
        }

        @Test
        void anUnknownIdIsNotFound() {
            addresses(UUID.randomUUID().toString())
                    .forEach(path -> agent.get(path).isProblem(404));
        }

        @Test
        void anIdThatIsNoneIsRefused() {
            for (String id :
                    List.of("1", "not-a-uuid", "00000000-0000-0000-0000-00000000000g", Api.encoded("' or 1=1"))) {
                addresses(id).forEach(path -> {
                    Answer answer = agent.get(path);
                    assertThat(answer.status()).as("%s", answer).isIn(400, 404);
                    answer.isProblem(answer.status());
                });
            }
        }

        @Test
        void nothingIsMadeBelowIt() {
            String id = UUID.randomUUID().toString();

            agent.post("/api/agents/" + id + "/conversations", object()).isProblem(404);
            agent.post("/api/conversations/" + id + "/messages", object("role", "user", "content", "c"))
                    .isProblem(404);
            agent.post("/api/runs/" + id + "/steps", object("name", "s")).isProblem(404);
            agent.put("/api/memories/" + id, object("text", "t")).isProblem(404);
            agent.delete("/api/memories/" + id).isProblem(404);
            Answer run = agent.post("/api/runs", object("agentId", id, "name", "r"));
            assertThat(run.status()).isIn(400, 404);
            run.isProblem(run.status());
        }
    }
}
