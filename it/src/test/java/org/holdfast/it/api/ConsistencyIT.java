package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where reads and writes run, and what a caller may ask about it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsistencyIT {
    private static final String TOKEN = "[1-9][0-9]*-[0-9A-F]{1,8}/[0-9A-F]{1,8}";
    private static final Duration REPLAYED_WITHIN = Duration.ofSeconds(10);
    private static final int WRITES = 50;

    private Api agent = Api.anonymous();
    private String path = "";

    @BeforeAll
    void makeAnAgent() {
        agent = Api.agent();
        path = "/api/agents/" + agent.newAgent();
    }

    private Answer write(String description) {
        return agent.patch(path, object("description", description)).is(200);
    }

    @Test
    void aWriteSaysWhereItEndedAndHowSafeItIs() {
        Answer written = write("where it ended");

        assertThat(written.header("Holdfast-Token")).matches(TOKEN);
        assertThat(written.header("Holdfast-Token")).startsWith(written.header("Holdfast-Epoch") + "-");
        assertThat(written.header("Holdfast-Durability")).isEqualTo("local");
        assertThat(written.header("Holdfast-Node")).isEqualTo("primary");
    }

    @Test
    void everyAnswerThatTouchedADatabaseSaysWhichOne() {
        for (String read : new String[] {path + "/conversations", "/api/agents", "/api/runs", "/api/memories"}) {
            Answer answer = agent.get(read).is(200);
            assertThat(answer.header("Holdfast-Node")).as(read).isIn("primary", "replica1", "replica2");
            assertThat(Long.parseLong(answer.header("Holdfast-Epoch"))).as(read).isPositive();
            assertThat(answer.headers().firstValue("Holdfast-Token")).as(read).isEmpty();
        }
        Answer search =
                agent.post("/api/memories/search", object("query", "anything")).is(200);
        assertThat(search.header("Holdfast-Node")).isNotBlank();
    }

    @Test
    void aCallerReadsItsOwnWritesWithoutATokenEveryTime() {
        for (int i = 0; i < WRITES; i++) {
            write("written " + i);

            assertThat(agent.get(path).is(200).text("description")).isEqualTo("written " + i);
        }
    }

    @Test
    void aCallerReadsItsOwnWritesWithTheTokenEveryTime() {
        for (int i = 0; i < WRITES; i++) {
            String token = write("with token " + i).header("Holdfast-Token");

            assertThat(agent.get(path, "Holdfast-Token", token).is(200).text("description"))
                    .isEqualTo("with token " + i);
        }
    }

    @Test
    void somebodyElseWhoWasHandedTheTokenReadsTheWriteToo() {
        Api other = Api.admin();
        for (int i = 0; i < WRITES; i++) {
            String token = write("handed on " + i).header("Holdfast-Token");

            assertThat(other.get(path, "Holdfast-Token", token).is(200).text("description"))
                    .isEqualTo("handed on " + i);
        }
    }

    @Test
    void whatWasMadeIsListedAtOnce() {
        for (int i = 0; i < 10; i++) {
            String id = agent.post(path + "/conversations", object("title", "new " + i))
                    .is(201)
                    .id();

            assertThat(agent.get(path + "/conversations?limit=500").is(200).items("id"))
                    .contains(id);
        }
    }

    @Test
    void strongReadsComeFromThePrimary() {
        for (int i = 0; i < 10; i++) {
            assertThat(agent.get(path, "Holdfast-Consistency", "strong").is(200).header("Holdfast-Node"))
                    .isEqualTo("primary");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"eventual", "session"})
    void otherReadsComeFromAReplicaOnceItHasReplayed(String consistency) {
        // A list: the cache would answer for the agent itself.
        agent.post(path + "/conversations", object("title", "to be replayed for " + consistency))
                .is(201);

        await().atMost(REPLAYED_WITHIN).untilAsserted(() -> {
            Answer read = agent.get(path + "/conversations?limit=500", "Holdfast-Consistency", consistency)
                    .is(200);
            assertThat(read.header("Holdfast-Node")).startsWith("replica");
            assertThat(read.items("title")).contains("to be replayed for " + consistency);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "1",
                "1-",
                "-0/0",
                "0-0/16B3748",
                "-1-0/16B3748",
                "1-0/XYZ",
                "1-0",
                "1-0/0/0",
                "99999999999999999999-0/0",
                "1-FFFFFFFFF/0",
                "' or 1=1 --",
                "999999-0/16B3748"
            })
    void aBadTokenIsRefused(String token) {
        assertThat(agent.get(path, "Holdfast-Token", token).isProblem(400).text("category"))
                .isEqualTo("validation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "STRONG", "strong eventual", "' or 1=1 --", "$.x"})
    void aBadConsistencyIsRefused(String consistency) {
        agent.get(path, "Holdfast-Consistency", consistency).isProblem(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "LOCAL", "' or 1=1 --"})
    void aBadDurabilityIsRefusedAndNothingIsWritten(String durability) {
        write("before");

        agent.patch(path, object("description", "after"), "Holdfast-Durability", durability)
                .isProblem(400);

        assertThat(agent.get(path).text("description")).isEqualTo("before");
    }

    @Test
    void aTokenFromBeforeIsSatisfiedByAnyNode() {
        String old = write("old").header("Holdfast-Token");
        write("new");

        assertThat(agent.get(path, "Holdfast-Token", old, "Holdfast-Consistency", "session")
                        .is(200)
                        .text("description"))
                .isIn("old", "new");
    }
}
