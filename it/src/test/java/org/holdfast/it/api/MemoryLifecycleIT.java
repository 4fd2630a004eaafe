package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.array;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memories under keys, with an end, said again, and superseded. */
class MemoryLifecycleIT {
    private static final String PATH = "/api/memories";
    private static final int CALLERS = 8;
    private static final Duration SOON = Duration.ofSeconds(20);
    // The clean-up comes once a minute.
    private static final Duration SWEPT_WITHIN = Duration.ofMinutes(3);

    private final Api agent = Api.agent();
    private final Tenants tenants = new Tenants();
    private final Databases databases = new Databases();
    private String agentId = "";

    @BeforeEach
    void makeAnAgent() {
        agentId = agent.newAgent();
    }

    /** Further fields, names and values in turn, over those that every memory has. */
    private ObjectNode memory(String kind, String text, Object... fields) {
        return object("agentId", agentId, "kind", kind, "text", text).setAll(object(fields));
    }

    private Answer write(ObjectNode memory) {
        return agent.post(PATH, memory);
    }

    private Answer batch(ObjectNode... lines) {
        return agent.text(
                        "POST",
                        PATH + "/batch",
                        Api.LINES,
                        Stream.of(lines).map(ObjectNode::toString).collect(Collectors.joining("\n")))
                .is(200);
    }

    private static List<String> rejected(Answer report, String field) {
        return StreamSupport.stream(report.json().path("rejected").spliterator(), false)
                .map(line -> line.path(field).asText())
                .toList();
    }

    private List<String> listed(String... parameters) {
        return agent.get(PATH + "?agentId=" + agentId + String.join("", parameters))
                .is(200)
                .items("id");
    }

    private List<String> found(String text, String mode, Object... fields) {
        ObjectNode query = object("query", text, "agentId", agentId, "mode", mode);
        return agent.post(PATH + "/search", query.setAll(object(fields)))
                .is(200)
                .items("id");
    }

    private List<String> inContext(String text, Object... fields) {
        ObjectNode query = object("query", text, "agentId", agentId, "tokens", 1000);
        return agent
                .post(PATH + "/context", query.setAll(object(fields)))
                .is(200)
                .json()
                .findValues("memories")
                .stream()
                .flatMap(memories -> IntStream.range(0, memories.size())
                        .mapToObj(i -> memories.path(i).asText()))
                .toList();
    }

    private List<String> near(Object... fields) {
        ObjectNode query = object("agentId", agentId, "embedding", Collections.nCopies(384, 0.1));
        return agent.post(PATH + "/nearest", query.setAll(object(fields))).is(200).items().stream()
                .map(item -> item.path("memory").path("id").asText())
                .toList();
    }

    private long stored() {
        return tenants.count("select count(*) from memory.memory where agent_id = ?", UUID.fromString(agentId));
    }

    private static List<Answer> atOnce(IntFunction<Answer> call) {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            return IntStream.range(0, CALLERS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> call.apply(i), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        } finally {
            threads.shutdown();
        }
    }

    @Nested
    class Keys {
        private ObjectNode keyed(String text, Object... fields) {
            return memory("PREFERENCE", text, "key", "drink").setAll(object(fields));
        }

        @Test
        void aKeyThatIsThereIsReplacedAsByAPut() {
            Answer first = write(keyed("likes tea", "tags", List.of("a"), "metadata", object("n", 1)))
                    .is(201);

            Answer second = write(keyed("likes coffee", "tags", List.of("b"))).is(200);

            assertThat(first.text("key")).isEqualTo("drink");
            assertThat(second.id()).isEqualTo(first.id());
            assertThat(second.text("text")).isEqualTo("likes coffee");
            assertThat(second.json().path("tags")).isEqualTo(array("b"));
            assertThat(second.json().path("metadata")).isEmpty();
            assertThat(second.json().path("version").asInt()).isPositive();
            assertThat(second.header("ETag")).isNotEqualTo(first.header("ETag"));
            assertThat(agent.get(PATH + "/" + first.id()).is(200).json()).isEqualTo(second.json());
            Answer history = agent.get(PATH + "/" + first.id() + "/history").is(200);
            assertThat(history.items("text")).containsExactly("likes tea");
            assertThat(history.items("change")).containsExactly("UPDATED");
            assertThat(found("coffee", "text")).containsExactly(first.id());
            assertThat(found("tea", "text")).isEmpty();
            assertThat(stored()).isOne();
        }

        @Test
        void aListIsNarrowedToAKey() {
            String drink = write(keyed("likes tea")).is(201).id();
            write(memory("PREFERENCE", "likes cake", "key", "food & more")).is(201);
            write(memory("PREFERENCE", "likes music")).is(201);

            assertThat(listed("&key=drink")).containsExactly(drink);
            assertThat(listed("&key=none")).isEmpty();
            assertThat(listed("&key=" + Api.encoded("food & more"))).hasSize(1);
            write(keyed("likes juice")).is(200);
            assertThat(agent.get(PATH + "?key=drink&agentId=" + agentId).is(200).items("text"))
                    .containsExactly("likes juice");
            agent.get(PATH + "?key=").isProblem(400);
        }

        @Test
        void aKeyIsOneOfItsAgentAndTenant() {
            write(keyed("likes tea")).is(201);
            write(object("agentId", agent.newAgent(), "kind", "PREFERENCE", "text", "likes tea", "key", "drink"))
                    .is(201);
            Api other = Api.loggedIn(tenants.agentOfAnotherTenant());
            other.post(PATH, object("agentId", other.newAgent(), "kind", "PREFERENCE", "text", "x", "key", "drink"))
                    .is(201);
        }

        @Test
        void aKeyIsForPreferencesAlone() {
            for (String kind : List.of("CONTEXT", "CONVERSATION")) {
                Answer refused = write(memory(kind, "t", "key", "k")).isProblem(400);
                assertThat(refused.text("detail")).contains("'key'", "PREFERENCE", kind);
            }
            write(memory("PREFERENCE", "t", "key", "")).isProblem(400);
            write(memory("PREFERENCE", "t", "key", "k".repeat(201))).isProblem(400);
            write(memory("PREFERENCE", "t", "key", "k".repeat(200))).is(201);
            write(memory("PREFERENCE", "t", "key", "k", "id", UUID.randomUUID().toString()))
                    .isProblem(400);
        }

        @Test
        void writersOfOneKeyAtOnceAllSucceedAndOneWins() {
            for (String key : List.of("first", "second", "third")) {
                List<Answer> answers = atOnce(i -> write(memory("PREFERENCE", "text " + i, "key", key)));

                assertThat(answers).extracting(Answer::status).containsOnly(200, 201);
                assertThat(answers.stream().filter(answer -> answer.status() == 201))
                        .hasSize(1);
                assertThat(answers)
                        .extracting(Answer::id)
                        .containsOnly(answers.get(0).id());
                Answer now = agent.get(PATH + "?agentId=" + agentId + "&key=" + key, "Holdfast-Consistency", "strong")
                        .is(200);
                assertThat(now.items()).hasSize(1);
                assertThat(now.items("text").get(0)).startsWith("text ");
                assertThat(agent.get(PATH + "/" + answers.get(0).id() + "/history", "Holdfast-Consistency", "strong")
                                .is(200)
                                .items())
                        .hasSize(CALLERS - 1);
            }
            assertThat(stored()).isEqualTo(3);
        }

        @Test
        void theLastLineOfABatchWins() {
            write(keyed("likes tea")).is(201);

            Answer report = batch(
                    keyed("likes coffee"),
                    memory("PREFERENCE", "likes cake", "key", "food"),
                    keyed("likes water"),
                    memory("CONTEXT", "t", "key", "k"));

            assertThat(report.json().path("created").asInt()).isOne();
            assertThat(report.json().path("replaced").asInt()).isEqualTo(2);
            assertThat(rejected(report, "line")).containsExactly("4");
            assertThat(agent.get(PATH + "?key=drink&agentId=" + agentId).is(200).items("text"))
                    .containsExactly("likes water");
        }

        @Test
        void aRepeatedRequestIsAnsweredAsTheFirstTime() {
            String key = unique("key");
            Answer made =
                    agent.post(PATH, keyed("likes tea"), "Idempotency-Key", key).is(201);
            write(keyed("likes coffee")).is(200);

            Answer again =
                    agent.post(PATH, keyed("likes tea"), "Idempotency-Key", key).is(201);

            assertThat(again.json()).isEqualTo(made.json());
            assertThat(agent.get(PATH + "/" + made.id()).text("text")).isEqualTo("likes coffee");
        }
    }

    @Nested
    class Ends {
        private String soon() {
            return Instant.now().plusSeconds(3).toString();
        }

        private void awaitGone(String id) {
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> agent.get(PATH + "/" + id).status() == 404);
        }

        private void expire(String id) {
            databases.execute(
                    NodeName.PRIMARY,
                    "update memory.memory set expires_at = now() - interval '1 second' where id = '" + id + "'");
        }

        @Test
        void whatHasExpiredIsInNoAnswer() {
            String stays = write(memory("CONTEXT", "the meeting is about otters"))
                    .is(201)
                    .id();
            Answer made = write(memory("CONTEXT", "the otters meet at noon", "expiresAt", soon()))
                    .is(201);
            String id = made.id();
            assertThat(made.text("expiresAt")).isNotBlank();
            // Asked before, so that an answer could have been kept.
            listed();
            for (String mode : List.of("text", "vector", "hybrid")) {
                found("otters", mode);
            }
            inContext("otters");

            awaitGone(id);

            assertThat(listed()).containsExactly(stays);
            assertThat(listed("&superseded=true")).containsExactly(stays);
            for (String mode : List.of("text", "vector", "hybrid")) {
                assertThat(found("otters", mode)).as(mode).containsExactly(stays);
            }
            assertThat(inContext("otters")).containsExactly(stays);
            assertThat(near()).containsExactly(stays);
            assertThat(near("filter", object("not", object("key", "x", "op", "eq", "value", 1))))
                    .containsExactly(stays);
            agent.put(PATH + "/" + id, object("text", "late")).isProblem(404);
            agent.delete(PATH + "/" + id).isProblem(404);
        }

        @Test
        void anEndMustBeInTheFutureAndNotOfATurn() {
            Answer past = write(memory("CONTEXT", "t", "expiresAt", "2020-01-01T00:00:00Z"))
                    .isProblem(400);
            assertThat(past.text("detail")).contains("'expiresAt'", "future");
            write(memory("CONTEXT", "t", "expiresAt", "tomorrow")).isProblem(400);
            Answer turn = write(
                            memory("CONVERSATION", "t", "conversation", unique("c"), "turn", 0, "expiresAt", soon()))
                    .isProblem(400);
            assertThat(turn.text("detail")).contains("'expiresAt'", "turn");
            Answer report = batch(memory("CONTEXT", "t", "expiresAt", "2020-01-01T00:00:00Z"));
            assertThat(rejected(report, "code")).containsExactly("invalid");
            assertThat(stored()).isZero();
        }

        @Test
        void whatHasExpiredIsCleanedUpWithItsTagsAndLeavesATrail() {
            String text = unique("gone");
            String id =
                    write(memory("CONTEXT", text, "tags", List.of("t"))).is(201).id();
            String stays = write(memory("CONTEXT", "stays", "expiresAt", "2999-01-01T00:00:00Z"))
                    .is(201)
                    .id();

            expire(id);

            await().atMost(SWEPT_WITHIN).pollInterval(Duration.ofSeconds(1)).until(() -> stored() == 1);
            assertThat(agent.get(PATH + "/" + stays).is(200).text("expiresAt")).startsWith("2999");
            assertThat(tenants.count("select count(*) from memory.memory_tag where memory_id = ?", UUID.fromString(id)))
                    .isZero();
            Answer history = agent.get(PATH + "/" + id + "/history", "Holdfast-Consistency", "strong")
                    .is(200);
            assertThat(history.items("change")).endsWith("DELETED");
            assertThat(history.items("text")).endsWith(text);
        }

        @Test
        void whatHasExpiredMakesRoomForItsKeyAndItsText() {
            String keyed = write(memory("PREFERENCE", "likes tea", "key", "drink"))
                    .is(201)
                    .id();
            String context = write(memory("CONTEXT", "it rains")).is(201).id();
            expire(keyed);
            expire(context);

            Answer again =
                    write(memory("PREFERENCE", "likes coffee", "key", "drink")).is(201);
            Answer rain = write(memory("CONTEXT", "it rains")).is(201);

            assertThat(List.of(again.id(), rain.id())).doesNotContain(keyed, context);
            assertThat(stored()).isEqualTo(2);
        }
    }

    @Nested
    class Repeats {
        @Test
        void theSameTextIsCountedAndNotStoredAgain() {
            Answer first = write(memory("CONTEXT", "the door is blue", "tags", List.of("a")))
                    .is(201);
            listed();

            Answer second = write(memory("CONTEXT", "the door is blue", "tags", List.of("b")))
                    .is(200);
            Answer third = write(memory("CONTEXT", "the door is blue")).is(200);

            assertThat(first.json().path("occurrences").asInt()).isOne();
            assertThat(second.json().path("occurrences").asInt()).isEqualTo(2);
            assertThat(third.id()).isEqualTo(first.id());
            assertThat(third.json().path("tags")).isEqualTo(array("a"));
            assertThat(third.header("ETag")).isEqualTo(first.header("ETag"));
            assertThat(agent.get(PATH + "/" + first.id()).is(200).json()).isEqualTo(third.json());
            assertThat(agent.get(PATH + "?agentId=" + agentId).is(200).items("occurrences"))
                    .containsExactly("3");
            assertThat(agent.get(PATH + "/" + first.id() + "/history").is(200).items())
                    .isEmpty();
            assertThat(stored()).isOne();
        }

        @Test
        void anotherPlaceAnotherTextAndWhatTheCallerNamesAreNewOnes() {
            String text = "the door is blue";
            String chat = unique("chat");
            List<ObjectNode> different = List.of(
                    memory("CONTEXT", text),
                    memory("PREFERENCE", text),
                    memory("CONTEXT", text + " "),
                    memory("CONTEXT", text, "conversation", chat),
                    memory("PREFERENCE", text, "key", "door"),
                    memory("CONTEXT", text, "id", UUID.randomUUID().toString()),
                    memory("CONTEXT", text, "embedding", Collections.nCopies(384, 0.5)),
                    memory("CONTEXT", text, "embedding", Collections.nCopies(384, 0.5)),
                    memory("CONVERSATION", text, "conversation", chat, "turn", 0),
                    memory("CONVERSATION", text, "conversation", chat, "turn", 1),
                    memory("CONVERSATION", text, "conversation", chat),
                    memory("CONVERSATION", text, "conversation", chat));

            for (ObjectNode each : different) {
                write(each).is(201);
            }

            assertThat(stored()).isEqualTo(different.size());
            write(memory("CONTEXT", text, "conversation", chat)).is(200);
            assertThat(stored()).isEqualTo(different.size());
        }

        @Test
        void theSameTextAtOnceIsStoredOnce() {
            // As long as a text may be: an index over it would not take it.
            String text = IntStream.range(0, 3_000).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

            List<Answer> answers = atOnce(i -> write(memory("CONTEXT", text)));

            assertThat(answers).extracting(Answer::status).containsOnly(200, 201);
            assertThat(answers.stream().filter(answer -> answer.status() == 201))
                    .hasSize(1);
            assertThat(agent.get(PATH + "/" + answers.get(0).id(), "Holdfast-Consistency", "strong")
                            .json()
                            .path("occurrences")
                            .asInt())
                    .isEqualTo(CALLERS);
            assertThat(stored()).isOne();
        }

        @Test
        void aBatchCountsWhatItRepeats() {
            write(memory("CONTEXT", "one")).is(201);

            Answer report = batch(
                    memory("CONTEXT", "one"),
                    memory("CONTEXT", "two"),
                    memory("CONTEXT", "two"),
                    memory("CONTEXT", "two"),
                    memory("CONVERSATION", "two", "conversation", unique("c"), "turn", 0));

            assertThat(report.json().path("created").asInt()).isEqualTo(2);
            assertThat(report.json().path("repeated").asInt()).isEqualTo(3);
            assertThat(report.json().path("rejected")).isEmpty();
            assertThat(agent.get(PATH + "?kind=CONTEXT&order=oldest&agentId=" + agentId)
                            .is(200)
                            .items("occurrences"))
                    .containsExactly("2", "3");
        }

        @Test
        void batchesOfTheSameTextsAtOnceEndWell() {
            List<Answer> reports = atOnce(i -> batch(IntStream.range(0, 40)
                    .map(n -> i % 2 == 0 ? n : 39 - n)
                    .mapToObj(n -> memory(n % 2 == 0 ? "CONTEXT" : "PREFERENCE", "fact " + n))
                    .toArray(ObjectNode[]::new)));

            assertThat(reports.stream()
                            .mapToInt(report -> report.json().path("created").asInt())
                            .sum())
                    .isEqualTo(40);
            assertThat(stored()).isEqualTo(40);
            assertThat(tenants.count(
                            "select sum(occurrences) from memory.memory where agent_id = ?", UUID.fromString(agentId)))
                    .isEqualTo(40L * CALLERS);
        }

        @Test
        void aChangedTextIsCountedAsWhatItSaysNow() {
            String id = write(memory("CONTEXT", "it rains")).is(201).id();
            agent.put(PATH + "/" + id, object("text", "it snows")).is(200);

            assertThat(write(memory("CONTEXT", "it snows")).is(200).id()).isEqualTo(id);
            String rain = write(memory("CONTEXT", "it rains")).is(201).id();
            // Now two say the same; only one of them is counted.
            agent.put(PATH + "/" + rain, object("text", "it snows")).is(200);
            assertThat(write(memory("CONTEXT", "it snows")).is(200).id()).isEqualTo(id);
        }

        @Test
        void aChangeByHandIsNotTakenForWhatItSaidBefore() {
            String id = write(memory("CONTEXT", "it rains")).is(201).id();
            databases.execute(NodeName.PRIMARY, "update memory.memory set text = 'it snows' where id = '" + id + "'");

            Answer again = write(memory("CONTEXT", "it rains")).is(201);

            assertThat(again.id()).isNotEqualTo(id);
        }

        @Test
        void itLivesAsLongAsTheLongestOfThoseWhoSaidItWants() {
            String id = write(memory("CONTEXT", "it rains", "expiresAt", "2998-01-01T00:00:00Z"))
                    .is(201)
                    .id();

            Answer earlier = write(memory("CONTEXT", "it rains", "expiresAt", "2997-01-01T00:00:00Z"))
                    .is(200);
            Answer later = write(memory("CONTEXT", "it rains", "expiresAt", "2999-01-01T00:00:00Z"))
                    .is(200);
            Answer forEver = write(memory("CONTEXT", "it rains")).is(200);

            assertThat(earlier.text("expiresAt")).startsWith("2998");
            assertThat(later.text("expiresAt")).startsWith("2999");
            assertThat(forEver.json().has("expiresAt")
                            && !forEver.json().get("expiresAt").isNull())
                    .isFalse();
            assertThat(forEver.id()).isEqualTo(id);
        }

        @Test
        void countingLeavesNoEntryInTheTrail() {
            String id = write(memory("CONTEXT", "it rains")).is(201).id();
            String entries = "select count(*) from audit.entry where entity = 'memory.memory' and entity_id = ?";

            long before = tenants.count(entries, id);
            write(memory("CONTEXT", "it rains")).is(200);

            assertThat(before).isOne();
            assertThat(tenants.count(entries, id)).isOne();
        }
    }

    @Nested
    class Validity {
        @ParameterizedTest
        @ValueSource(strings = {"CONTEXT", "PREFERENCE"})
        void aSupersededMemoryIsKeptButFoundOnlyByWhoAsksForIt(String kind) {
            Answer old = write(memory(kind, "the otter lives in Lyon", "at", "2026-01-31T10:00:00Z"))
                    .is(201);
            listed();
            found("otter", "hybrid");

            Answer now = write(memory(kind, "the otter lives in Paris", "supersedes", old.id()))
                    .is(201);

            assertThat(old.text("validFrom")).isEqualTo("2026-01-31T10:00:00Z");
            Answer former = agent.get(PATH + "/" + old.id()).is(200);
            assertThat(former.text("supersededBy")).isEqualTo(now.id());
            assertThat(Instant.parse(former.text("validUntil"))).isEqualTo(Instant.parse(now.text("createdAt")));
            assertThat(listed()).containsExactly(now.id());
            assertThat(listed("&superseded=true")).containsExactly(now.id(), old.id());
            for (String mode : List.of("text", "vector", "hybrid")) {
                assertThat(found("otter", mode)).as(mode).containsExactly(now.id());
                assertThat(found("otter", mode, "superseded", true))
                        .as(mode)
                        .containsExactlyInAnyOrder(now.id(), old.id());
            }
            assertThat(inContext("otter")).containsExactly(now.id());
            assertThat(inContext("otter", "superseded", true)).containsExactlyInAnyOrder(now.id(), old.id());
            assertThat(near()).containsExactly(now.id());
            assertThat(near("superseded", true)).containsExactlyInAnyOrder(now.id(), old.id());
            ObjectNode all = object("not", object("key", "x", "op", "eq", "value", 1));
            assertThat(near("filter", all)).containsExactly(now.id());
            assertThat(near("filter", all, "superseded", true)).containsExactlyInAnyOrder(now.id(), old.id());
            assertThat(agent.get(PATH + "/" + old.id() + "/history").is(200).items("text"))
                    .containsExactly("the otter lives in Lyon");
            agent.get(PATH + "?superseded=maybe").isProblem(400);
        }

        @Test
        void onlyACurrentFactOfTheSameAgentCanBeSuperseded() {
            String missing = UUID.randomUUID().toString();
            Answer unknown =
                    write(memory("CONTEXT", "t", "supersedes", missing)).isProblem(404);
            assertThat(unknown.text("detail")).contains(missing, "'supersedes'");

            String turn = write(memory("CONVERSATION", "t", "conversation", unique("c"), "turn", 0))
                    .is(201)
                    .id();
            assertThat(write(memory("CONTEXT", "t", "supersedes", turn))
                            .isProblem(409)
                            .text("detail"))
                    .contains("CONVERSATION");
            String elsewhere = agent.post(PATH, object("agentId", agent.newAgent(), "kind", "CONTEXT", "text", "t"))
                    .is(201)
                    .id();
            assertThat(write(memory("CONTEXT", "t", "supersedes", elsewhere))
                            .isProblem(409)
                            .text("detail"))
                    .contains("agent");
            String old = write(memory("CONTEXT", "old")).is(201).id();
            String now =
                    write(memory("CONTEXT", "new", "supersedes", old)).is(201).id();
            assertThat(write(memory("CONTEXT", "newer", "supersedes", old))
                            .isProblem(409)
                            .text("detail"))
                    .contains(now);
            write(memory("CONVERSATION", "t", "supersedes", now)).isProblem(400);
            Api other = Api.loggedIn(tenants.agentOfAnotherTenant());
            other.post(PATH, object("agentId", other.newAgent(), "kind", "CONTEXT", "text", "t", "supersedes", now))
                    .isProblem(404);
            assertThat(rejected(batch(memory("CONTEXT", "t", "supersedes", now)), "code"))
                    .containsExactly("invalid");
            assertThat(stored()).isEqualTo(3);
        }

        @Test
        void itsKeyAndItsTextAreFree() {
            String old = write(memory("PREFERENCE", "likes tea", "key", "drink"))
                    .is(201)
                    .id();
            String now = write(memory("PREFERENCE", "likes tea", "key", "drink", "supersedes", old))
                    .is(201)
                    .id();
            assertThat(listed("&key=drink")).containsExactly(now);
            assertThat(listed("&key=drink&superseded=true")).containsExactly(now, old);

            String rain = write(memory("CONTEXT", "it rains")).is(201).id();
            String still = write(memory("CONTEXT", "it rains", "supersedes", rain))
                    .is(201)
                    .id();
            assertThat(write(memory("CONTEXT", "it rains")).is(200).id()).isEqualTo(still);
        }

        @Test
        void aFactThatIsKnownAlreadyTakesThePlace() {
            String paris = write(memory("CONTEXT", "lives in Paris")).is(201).id();
            String lyon = write(memory("CONTEXT", "lives in Lyon")).is(201).id();

            Answer again = write(memory("CONTEXT", "lives in Paris", "supersedes", lyon))
                    .is(200);

            assertThat(again.id()).isEqualTo(paris);
            assertThat(agent.get(PATH + "/" + lyon).is(200).text("supersededBy"))
                    .isEqualTo(paris);
        }

        @Test
        void oneOfManyWhoSupersedeTheSameSucceeds() {
            String old = write(memory("CONTEXT", "old")).is(201).id();

            List<Answer> answers = atOnce(i -> write(memory("CONTEXT", "new " + i, "supersedes", old)));

            assertThat(answers.stream().map(Answer::status).collect(Collectors.toSet()))
                    .isEqualTo(Set.of(201, 409));
            assertThat(answers.stream().filter(answer -> answer.status() == 201))
                    .hasSize(1);
            assertThat(stored()).isEqualTo(2);
        }

        @Test
        void sinceWhenItIsSoMayBeSaid() {
            Answer said = write(memory(
                            "CONTEXT",
                            "lives in Lyon",
                            "at",
                            "2026-01-31T10:00:00Z",
                            "validFrom",
                            "2020-05-01T00:00:00Z"))
                    .is(201);
            Answer unsaid = write(memory("CONTEXT", "lives in Paris")).is(201);

            assertThat(said.text("validFrom")).isEqualTo("2020-05-01T00:00:00Z");
            assertThat(unsaid.text("validFrom")).isEqualTo(unsaid.text("at"));
            JsonNode read = agent.get(PATH + "/" + said.id()).is(200).json();
            assertThat(read).isEqualTo(said.json());
        }
    }
}
