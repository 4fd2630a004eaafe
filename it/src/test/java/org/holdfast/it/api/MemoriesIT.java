package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.array;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoriesIT {
    private static final int LINES_MAX = 10_000;

    private final Api agent = Api.agent();
    private String agentId = "";

    @BeforeEach
    void makeAnAgent() {
        agentId = agent.newAgent();
    }

    private String turn(String conversation, int number, String text) {
        return object(
                        "agentId",
                        agentId,
                        "kind",
                        "CONVERSATION",
                        "conversation",
                        conversation,
                        "turn",
                        number,
                        "speaker",
                        "Ann",
                        "text",
                        text)
                .toString();
    }

    private Answer batch(String... lines) {
        return agent.text("POST", "/api/memories/batch", Api.LINES, String.join("\n", lines));
    }

    private long stored() {
        return new Tenants().count("select count(*) from memory.memory where agent_id = ?", UUID.fromString(agentId));
    }

    private Answer remember(String text) {
        return agent.post("/api/memories", object("agentId", agentId, "kind", "PREFERENCE", "text", text))
                .is(201);
    }

    @Nested
    class OneByOne {
        @Test
        void everyFieldIsKept() {
            String conversation = unique("chat");

            Answer made = agent.post(
                            "/api/memories",
                            object(
                                    "agentId",
                                    agentId,
                                    "kind",
                                    "CONVERSATION",
                                    "text",
                                    "Ünïcode 🦆 and \"quotes\" \\ and\nlines",
                                    "conversation",
                                    conversation,
                                    "turn",
                                    3,
                                    "speaker",
                                    "Ann",
                                    "at",
                                    "2026-01-31T11:00:00+01:00",
                                    "tags",
                                    List.of("b", "a", "b"),
                                    "metadata",
                                    object("source", object("page", 7), "list", List.of(1, 2))))
                    .is(201);

            assertThat(made.text("agentId")).isEqualTo(agentId);
            assertThat(made.text("kind")).isEqualTo("CONVERSATION");
            assertThat(made.text("text")).isEqualTo("Ünïcode 🦆 and \"quotes\" \\ and\nlines");
            assertThat(made.text("conversation")).isEqualTo(conversation);
            assertThat(made.json().path("turn").asInt()).isEqualTo(3);
            assertThat(made.text("speaker")).isEqualTo("Ann");
            assertThat(Instant.parse(made.text("at"))).isEqualTo(Instant.parse("2026-01-31T10:00:00Z"));
            assertThat(made.json().path("tags")).isEqualTo(array("a", "b"));
            assertThat(made.json().path("metadata"))
                    .isEqualTo(Api.JSON.valueToTree(object("source", object("page", 7), "list", List.of(1, 2))));
            String location = URI.create(made.header("Location")).getPath();
            assertThat(location).isEqualTo("/api/memories/" + made.id());
            assertThat(agent.get(location).is(200).json()).isEqualTo(made.json());
            assertThat(made.header("Holdfast-Token")).isNotBlank();
        }

        @Test
        void theKindsAreThoseOfTheContract() {
            for (String kind : List.of("CONVERSATION", "PREFERENCE", "CONTEXT")) {
                agent.post("/api/memories", object("agentId", agentId, "kind", kind, "text", "t"))
                        .is(201);
            }
            agent.post("/api/memories", object("agentId", agentId, "kind", "OTHER", "text", "t"))
                    .isProblem(400);
            agent.post("/api/memories", object("agentId", agentId, "kind", "context", "text", "t"))
                    .isProblem(400);
        }

        @Test
        void aTurnIsTakenOnceOnly() {
            String conversation = unique("chat");
            JsonNode first = object(
                    "agentId", agentId, "kind", "CONVERSATION", "conversation", conversation, "turn", 0, "text", "one");
            agent.post("/api/memories", first).is(201);

            Answer refused = agent.post("/api/memories", first).isProblem(409);

            assertThat(refused.text("category")).isEqualTo("conflict");
            assertThat(stored()).isOne();
        }

        @Test
        void aReplacementKeepsWhatWasSaidBefore() {
            Answer made = remember("likes tea");
            String path = "/api/memories/" + made.id();

            Answer second = agent.put(path, object("text", "likes coffee", "tags", List.of("drink")))
                    .is(200);
            Answer third = agent.put(path, object("text", "likes water", "metadata", object("sure", true)))
                    .is(200);

            assertThat(second.json().path("tags")).isEqualTo(array("drink"));
            assertThat(third.json().path("tags")).isEmpty();
            assertThat(agent.get(path).is(200).json()).isEqualTo(third.json());
            Answer history = agent.get(path + "/history").is(200);
            assertThat(history.items("text")).containsExactly("likes tea", "likes coffee");
            assertThat(history.items("change")).containsOnly("UPDATED");
        }

        @Test
        void aReplacedTextIsFoundByItsNewWordsOnly() {
            Answer made = remember("the password of the old garage is swordfish");
            agent.put("/api/memories/" + made.id(), object("text", "the marmalade stands in the cellar"))
                    .is(200);

            for (String mode : List.of("text", "hybrid")) {
                Answer found = agent.post(
                                "/api/memories/search", object("query", "marmalade", "agentId", agentId, "mode", mode))
                        .is(200);
                assertThat(found.items("id")).as(mode).containsExactly(made.id());
            }
            assertThat(agent.post(
                                    "/api/memories/search",
                                    object("query", "swordfish", "agentId", agentId, "mode", "text"))
                            .is(200)
                            .items())
                    .isEmpty();
        }

        @Test
        void aStaleVersionIsNeitherReplacedNorRemoved() {
            Answer made = remember("first");
            String path = "/api/memories/" + made.id();
            agent.put(path, object("text", "second"), "If-Match", made.header("ETag"))
                    .is(200);

            agent.put(path, object("text", "third"), "If-Match", made.header("ETag"))
                    .isProblem(412);
            agent.delete(path, "If-Match", made.header("ETag")).isProblem(412);

            assertThat(agent.get(path).text("text")).isEqualTo("second");
            assertThat(agent.get(path + "/history").items()).hasSize(1);
        }

        @Test
        void aRemovedOneIsNeitherReadNorFoundButItsHistoryStays() {
            String word = "zanzibar" + UUID.randomUUID().toString().replace("-", "");
            Answer made = remember("a journey to " + word);
            String path = "/api/memories/" + made.id();

            agent.delete(path).is(204);

            agent.get(path).isProblem(404);
            agent.delete(path).isProblem(404);
            agent.put(path, object("text", "late")).isProblem(404);
            for (String mode : List.of("text", "vector", "hybrid")) {
                assertThat(agent.post("/api/memories/search", object("query", word, "agentId", agentId, "mode", mode))
                                .is(200)
                                .items())
                        .as(mode)
                        .isEmpty();
            }
            Answer history = agent.get(path + "/history").is(200);
            assertThat(history.items("change")).containsExactly("DELETED");
            assertThat(history.items("text")).containsExactly("a journey to " + word);
        }
    }

    @Nested
    class Histories {
        private static final String UNSEALED = "select count(*)::text from audit.entry where sequence is null";

        private final Databases databases = new Databases();

        private List<String> each(Answer history, String field) {
            return history.items().stream()
                    .map(revision -> revision.path(field).toString())
                    .toList();
        }

        private void eraseEntriesOf(Answer memory) {
            databases.awaitAnswer(NodeName.PRIMARY, UNSEALED, "0");
            Api.admin()
                    .post("/api/admin/audit/erase", object("entity", "memory.memory", "id", memory.id()))
                    .is(200);
        }

        @Test
        void aRevisionSaysAllThatTheMemorySaidAlsoWhatTheChangeLeftAsItWas() {
            Answer made = agent.post(
                            "/api/memories",
                            object("agentId", agentId, "kind", "CONTEXT", "text", "a", "metadata", object("n", 0)))
                    .is(201);
            String path = "/api/memories/" + made.id();
            Instant before = Instant.now();
            agent.put(path, object("text", "b", "metadata", object("n", 0))).is(200);
            agent.put(path, object("text", "b", "metadata", object("n", 1))).is(200);
            // Tags are rows of their own, and count the version once more.
            JsonNode tagged = agent.put(path, object("text", "b", "metadata", object("n", 1), "tags", List.of("t")))
                    .is(200)
                    .json();

            Answer alive = agent.get(path + "/history").is(200);

            assertThat(each(alive, "version")).containsExactly("0", "1", "2");
            assertThat(alive.items("text")).containsExactly("a", "b", "b");
            assertThat(each(alive, "metadata")).containsExactly("{\"n\":0}", "{\"n\":0}", "{\"n\":1}");
            assertThat(alive.items("actor"))
                    .containsOnly(RunningSystem.get().agent().user());
            assertThat(alive.items())
                    .allSatisfy(revision -> assertThat(
                                    Instant.parse(revision.path("changedAt").asText()))
                            .isAfter(before.minusSeconds(60)))
                    .noneMatch(revision -> revision.has("erased"));

            agent.delete(path).is(204);

            Answer gone = agent.get(path + "/history").is(200);
            assertThat(each(gone, "version"))
                    .containsExactly("0", "1", "2", tagged.path("version").toString());
            assertThat(gone.items("text")).containsExactly("a", "b", "b", "b");
            assertThat(each(gone, "metadata")).endsWith("{\"n\":1}", "{\"n\":1}");
            assertThat(gone.items("change")).containsExactly("UPDATED", "UPDATED", "UPDATED", "DELETED");
        }

        @Test
        void itIsReadInPagesAndByItsOwnTenantAlone() {
            String path = "/api/memories/" + remember("0").id();
            for (int i = 1; i <= 5; i++) {
                agent.put(path, object("text", Integer.toString(i))).is(200);
            }

            List<String> walked = new ArrayList<>();
            String cursor = "";
            for (String next = ""; next != null; cursor = "&cursor=" + next) {
                Answer page = agent.get(path + "/history?limit=2" + cursor).is(200);
                walked.addAll(page.items("text"));
                next = page.json().path("next").textValue();
            }

            assertThat(walked).containsExactly("0", "1", "2", "3", "4");
            Api.loggedIn(new Tenants().agentOfAnotherTenant())
                    .get(path + "/history")
                    .isProblem(404);
            agent.get("/api/memories/" + UUID.randomUUID() + "/history").isProblem(404);
            String unchanged = "/api/memories/" + remember("new").id() + "/history";
            assertThat(agent.get(unchanged).is(200).items()).isEmpty();
        }

        @Test
        void whatWasErasedIsToldToBe() {
            Answer made = remember("secret one");
            String path = "/api/memories/" + made.id();
            agent.put(path, object("text", "secret two")).is(200);
            agent.put(path, object("text", "known")).is(200);
            eraseEntriesOf(made);
            agent.put(path, object("text", "known too")).is(200);

            Answer history = agent.get(path + "/history", "Holdfast-Consistency", "strong")
                    .is(200);

            assertThat(history.body()).doesNotContain("secret");
            assertThat(each(history, "version")).containsExactly("0", "1", "2");
            assertThat(history.items("text")).containsExactly("", "", "known");
            assertThat(each(history, "erased")).containsExactly("true", "true", "");
            assertThat(history.items("change")).containsOnly("UPDATED");

            // Also when nothing is left that would tell a version.
            agent.delete(path).is(204);
            eraseEntriesOf(made);
            Answer gone = agent.get(path + "/history", "Holdfast-Consistency", "strong")
                    .is(200);
            assertThat(each(gone, "version")).containsExactly("0", "1", "2", "3");
            assertThat(each(gone, "erased")).containsOnly("true");
            assertThat(gone.items("change")).containsExactly("UPDATED", "UPDATED", "UPDATED", "DELETED");
        }

        @Test
        void revisionsOfBeforeTheTrailAreStillListed() {
            String id = remember("from now on").id();
            // As it was before there was a trail: rows alone, past the triggers.
            databases.execute(NodeName.PRIMARY, """
                    do $$ begin
                        set local session_replication_role = replica;
                        update memory.memory set version = 2 where id = '%1$s';
                        insert into memory.memory_revision
                        select gen_random_uuid(), m.tenant_id, m.id, old.version, 'UPDATED', 'old ' || old.version,
                               '{}', 'somebody', now() - interval '1 year'
                        from memory.memory m, generate_series(0, 1) as old (version) where m.id = '%1$s';
                    end $$
                    """.formatted(id));
            agent.delete("/api/memories/" + id).is(204);

            Answer history = agent.get("/api/memories/" + id + "/history").is(200);

            assertThat(each(history, "version")).containsExactly("0", "1", "2");
            assertThat(history.items("text")).containsExactly("old 0", "old 1", "from now on");
            assertThat(history.items("change")).containsExactly("UPDATED", "UPDATED", "DELETED");
        }
    }

    @Nested
    class Lists {
        @Test
        void aConversationIsReadInTheOrderOfItsTurns() {
            String conversation = unique("chat");
            batch(turn(conversation, 2, "two"), turn(conversation, 0, "zero"), turn(conversation, 10, "ten"))
                    .is(200);
            batch(turn(conversation, 1, "one")).is(200);

            String path = "/api/memories?agentId=" + agentId + "&conversation=" + conversation;

            assertThat(agent.get(path).is(200).items("text")).containsExactly("zero", "one", "two", "ten");
            List<String> walked = new ArrayList<>();
            String cursor = "";
            for (String next = ""; next != null; cursor = "&cursor=" + next) {
                Answer page = agent.get(path + "&limit=1" + cursor).is(200);
                walked.addAll(page.items("text"));
                next = page.json().path("next").textValue();
            }
            assertThat(walked).containsExactly("zero", "one", "two", "ten");
        }

        @Test
        void kindAndAgentNarrowIt() {
            String preference = remember("a preference").id();
            String context = agent.post("/api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", "c"))
                    .is(201)
                    .id();

            String path = "/api/memories?agentId=" + agentId;

            assertThat(agent.get(path).is(200).items("id")).containsExactlyInAnyOrder(preference, context);
            assertThat(agent.get(path + "&kind=CONTEXT").is(200).items("id")).containsExactly(context);
            assertThat(agent.get("/api/memories?agentId=" + UUID.randomUUID())
                            .is(200)
                            .items())
                    .isEmpty();
            agent.get(path + "&kind=OTHER").isProblem(400);
            agent.get("/api/memories?agentId=garbage").isProblem(400);
        }

        @Test
        void aWalkSeesEachMemoryOnce() {
            List<String> lines = IntStream.range(0, 23)
                    .mapToObj(i -> object("agentId", agentId, "kind", "CONTEXT", "text", "fact number " + i)
                            .toString())
                    .toList();
            batch(lines.toArray(String[]::new)).is(200);
            String path = "/api/memories?limit=5&agentId=" + agentId;

            List<String> seen = new ArrayList<>();
            String cursor = "";
            for (String next = ""; next != null; cursor = "&cursor=" + next) {
                Answer page = agent.get(path + cursor).is(200);
                seen.addAll(page.items("id"));
                next = page.json().path("next").textValue();
            }

            assertThat(seen).hasSize(23).doesNotHaveDuplicates();
        }
    }

    @Nested
    class ByFilter {
        @Test
        void whatMatchesIsRemovedAndStaysInItsHistory() {
            String conversation = unique("chat");
            batch(turn(conversation, 0, "zero"), turn(conversation, 1, "one")).is(200);
            String other = unique("chat");
            batch(turn(other, 0, "stays")).is(200);
            String path = "/api/memories?agentId=" + agentId + "&conversation=";
            String removed = agent.get(path + conversation).is(200).items("id").get(0);
            // So that both are near, and listed.
            agent.get("/api/memories/" + removed).is(200);

            Answer answer = agent.delete(path + conversation).is(200);

            assertThat(answer.json().path("deleted").asInt()).isEqualTo(2);
            assertThat(answer.json().path("more").asBoolean(true)).isFalse();
            assertThat(agent.get(path + conversation).is(200).items()).isEmpty();
            agent.get("/api/memories/" + removed).isProblem(404);
            assertThat(agent.get(path + other).is(200).items("text")).containsExactly("stays");
            assertThat(agent.get("/api/memories/" + removed + "/history")
                            .is(200)
                            .items("change"))
                    .containsExactly("DELETED");
            assertThat(agent.delete(path + conversation)
                            .is(200)
                            .json()
                            .path("deleted")
                            .asInt(-1))
                    .isZero();
        }

        @Test
        void everythingIsNeverRemovedAtOnce() {
            String kept = remember("kept").id();

            agent.delete("/api/memories").isProblem(400);
            agent.delete("/api/memories?kind=OTHER").isProblem(400);
            agent.delete("/api/memories?agentId=garbage").isProblem(400);

            agent.get("/api/memories/" + kept).is(200);
        }
    }

    @Nested
    class Batches {
        @Test
        void goodLinesAreStoredAndBadOnesAreNamed() {
            String conversation = unique("chat");

            Answer answer = batch(
                            turn(conversation, 0, "good"),
                            "{not json",
                            turn(conversation, 0, "its turn is taken"),
                            "",
                            object("agentId", agentId, "kind", "CONTEXT", "text", "")
                                    .toString(),
                            object("agentId", agentId, "kind", "CONTEXT", "text", "t", "other", 1)
                                    .toString(),
                            object("agentId", UUID.randomUUID().toString(), "kind", "CONTEXT", "text", "t")
                                    .toString(),
                            object("agentId", agentId, "kind", "NONE", "text", "t")
                                    .toString(),
                            "[]",
                            "null",
                            object("agentId", agentId, "kind", "CONTEXT", "text", "@")
                                    .toString()
                                    .replace("@", "\\u0000"),
                            object("agentId", agentId, "kind", "CONTEXT", "text", "@")
                                    .toString()
                                    .replace("@", "\\ud800"),
                            object("agentId", agentId, "kind", "CONTEXT", "text", "x".repeat(100_000))
                                    .toString(),
                            turn(conversation, -1, "t"),
                            turn(conversation, 1, "good too"))
                    .is(200);

            assertThat(answer.json().path("created").asInt()).isEqualTo(2);
            List<Integer> lines = new ArrayList<>();
            for (JsonNode rejected : answer.json().path("rejected")) {
                lines.add(rejected.path("line").asInt());
                assertThat(rejected.path("reason").asText()).as("%s", rejected).isNotBlank();
            }
            assertThat(lines).containsExactly(2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
            answer.showsNothingOfTheInside();
            assertThat(stored()).isEqualTo(2);
        }

        @Test
        void theSameBatchAgainStoresNothingMore() {
            String conversation = unique("chat");
            String[] lines = IntStream.range(0, 30)
                    .mapToObj(i -> turn(conversation, i, "sentence number " + i))
                    .toArray(String[]::new);
            assertThat(batch(lines).is(200).json().path("created").asInt()).isEqualTo(30);

            Answer again = batch(lines).is(200);

            assertThat(again.json().path("created").asInt(-1)).isZero();
            assertThat(again.json().path("rejected")).hasSize(30);
            assertThat(stored()).isEqualTo(30);
        }

        @Test
        void moreThanTenThousandLinesAreRefusedAsAWhole() {
            String conversation = unique("chat");
            String lines = IntStream.rangeClosed(0, LINES_MAX)
                    .mapToObj(i -> turn(conversation, i, "t"))
                    .collect(Collectors.joining("\n"));

            agent.text("POST", "/api/memories/batch", Api.LINES, lines).isProblem(413);

            assertThat(stored()).isZero();
        }

        @Test
        void tenThousandLinesAreNotTooMany() {
            String lines = Stream.generate(() -> "{}").limit(LINES_MAX).collect(Collectors.joining("\n", "", "\n"));

            Answer answer =
                    agent.text("POST", "/api/memories/batch", Api.LINES, lines).is(200);

            assertThat(answer.json().path("rejected")).hasSize(LINES_MAX);
        }

        @Test
        void anEmptyBodyStoresNothing() {
            for (String body : List.of("", "\n", "\n \r\n\n")) {
                Answer answer = agent.text("POST", "/api/memories/batch", Api.LINES, body)
                        .is(200);

                assertThat(answer.json().path("created").asInt(-1)).isZero();
                assertThat(answer.json().path("rejected").isArray()).isTrue();
                assertThat(answer.json().path("rejected")).isEmpty();
            }
        }

        @Test
        void windowsLineEndsAndAFinalOneAreUnderstood() {
            String conversation = unique("chat");

            Answer answer = agent.text(
                            "POST",
                            "/api/memories/batch",
                            Api.LINES,
                            turn(conversation, 0, "a") + "\r\n" + turn(conversation, 1, "b") + "\r\n")
                    .is(200);

            assertThat(answer.json().path("created").asInt()).isEqualTo(2);
        }

        @Test
        void bytesThatAreNotUtf8AreTheirLinesFaultAlone() {
            String conversation = unique("chat");
            byte[] good = (turn(conversation, 0, "good") + "\n").getBytes(StandardCharsets.UTF_8);
            byte[] body = new byte[good.length + 3];
            System.arraycopy(good, 0, body, 0, good.length);
            body[good.length] = (byte) 0xff;
            body[good.length + 1] = (byte) 0xfe;
            body[good.length + 2] = (byte) 0xc0;

            Answer answer =
                    agent.bytes("POST", "/api/memories/batch", Api.LINES, body).is(200);

            assertThat(answer.json().path("created").asInt()).isOne();
            assertThat(answer.json().path("rejected").path(0).path("line").asInt())
                    .isEqualTo(2);
        }

        @Test
        void onlyLinesAreTakenHere() {
            agent.text("POST", "/api/memories/batch", Api.APPLICATION_JSON, turn("c", 0, "t"))
                    .isProblem(415);
            agent.text("POST", "/api/memories/batch", "text/plain", turn("c", 0, "t"))
                    .isProblem(415);
        }
    }
}
