package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.encoded;
import static org.holdfast.it.api.Api.object;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a writer that is lost, hangs or is handed over costs callers nothing that they were promised. Method: the primary
 * cluster is killed, paused and switched under callers that write. Invariants: one epoch a switch; an acknowledged write is
 * on the new writer or is listed as salvaged, and is on the new writer when it was acknowledged so; the old writer takes no
 * write from then on, and follows without anybody's help; a planned switch is not noticed.
 */
class FailoverIT {
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);
    private static final Duration KEPT_FOR = Duration.ofSeconds(3);
    private static final Duration TESTED_WITHIN = Duration.ofSeconds(40);
    private static final int SOME = 15;

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private Api agent = Api.anonymous();
    private String path = "";
    private long epoch;

    @BeforeEach
    void makeAnAgent() {
        databases.awaitWhole();
        agent = Api.agent();
        path = "/api/agents/" + agent.newAgent();
        epoch = databases.epoch();
    }

    @AfterEach
    void restore() {
        databases.restore();
    }

    @Test
    void aKilledClusterIsReplacedUnderWritersAndReturnsAsTheStandby() {
        Writers writers = new Writers(agent, path);
        try (writers) {
            writers.awaitMore(SOME);

            Databases.PRIMARY_CLUSTER.forEach(system::kill);

            writers.awaitMore(SOME);
        }
        databases.awaitWriter("failover", epoch + 1);
        onlyKnownErrors(writers.errors());
        Set<String> lost = lost(writers);

        Databases.PRIMARY_CLUSTER.forEach(system::start);

        takesNoWrite(NodeName.PRIMARY);
        databases.awaitWhole();
        takesNoWrite(NodeName.PRIMARY);
        assertThat(salvaged()).containsAll(lost);

        databases.switchTo("primary");

        assertThat(databases.epoch()).isEqualTo(epoch + 2);
        takesNoWrite(NodeName.FAILOVER);
        write().is(201);
        databases.awaitSame();
        assertThat(stored(NodeName.PRIMARY)).containsAll(without(writers.ids(), lost));
    }

    @Test
    void aHungPrimaryIsReplacedAndTakesNoWriteWhenItGoesOn() {
        Writers writers = new Writers(agent, path);
        try (writers) {
            writers.awaitMore(SOME);

            system.pause("primary");

            writers.awaitMore(SOME);
        }
        databases.awaitWriter("failover", epoch + 1);
        onlyKnownErrors(writers.errors());
        // Also while calls to the hung one have not run into their time-outs yet.
        await().during(KEPT_FOR)
                .atMost(KEPT_FOR.plusSeconds(2))
                .until(() -> databases
                        .query(
                                NodeName.FAILOVER,
                                "select 1::text from ops.write_lease where expires_at > clock_timestamp()")
                        .equals(List.of("1")));
        Answer strong = agent.get(path, "Holdfast-Consistency", "strong").is(200);
        assertThat(strong.header("Holdfast-Node")).isEqualTo("failover");

        system.resume("primary");

        takesNoWrite(NodeName.PRIMARY);
        databases.awaitWhole();
        assertThat(write().is(201).header("Holdfast-Node")).isEqualTo("failover");
        assertThat(salvaged()).containsAll(lost(writers));
        databases.awaitSame();
    }

    @Test
    void aWriteDuringTheSwitchWaitsForTheNewWriter() {
        system.kill("primary");
        long begun = System.nanoTime();

        Answer written = write().is(201);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ANSWERED_WITHIN);
        assertThat(written.header("Holdfast-Node")).isEqualTo("failover");
        assertThat(written.header("Holdfast-Token")).startsWith((epoch + 1) + "-");
        agent.get(
                        "/api/conversations/" + written.id() + "/messages",
                        "Holdfast-Token",
                        written.header("Holdfast-Token"))
                .is(200);
    }

    @Test
    void aPlannedSwitchAndTheWayBackAreNotNoticed() {
        String token = write().is(201).header("Holdfast-Token");
        Writers writers = new Writers(agent, path);
        try (writers) {
            writers.awaitMore(SOME);
            databases.switchTo("failover");
            writers.awaitMore(SOME);
            agent.get(path, "Holdfast-Token", token).is(200);
            databases.switchTo("primary");
            writers.awaitMore(SOME);
        }

        assertThat(databases.epoch()).isEqualTo(epoch + 2);
        assertThat(writers.errors()).isEmpty();
        for (Answer written : writers.written()) {
            agent.get(path, "Holdfast-Token", written.header("Holdfast-Token")).is(200);
        }
        assertThat(stored(NodeName.PRIMARY)).containsAll(writers.ids());
        databases.awaitSame();
    }

    @Test
    void aSwitchThatIsNotMeantOrNotSafeIsRefused() {
        Api admin = Api.admin();

        admin.post("/api/admin/failover", object("confirm", "primary")).isProblem(400);
        admin.post("/api/admin/failback", object("confirm", "failover")).isProblem(400);
        admin.post("/api/admin/failover", object("confirm", "yes")).isProblem(400);
        admin.post("/api/admin/failover", object()).isProblem(400);
        agent.post("/api/admin/failover", object("confirm", "failover")).isProblem(403);
        isConflict(Databases.requestSwitch(admin, "primary"), "already");

        system.kill("failover");
        databases.awaitState("failover", "down");

        isConflict(Databases.requestSwitch(admin, "failover"), "failover is down");
        assertThat(databases.epoch()).isEqualTo(epoch);
        write().is(201);
    }

    @Test
    void anApplicationThatIsKilledWithTheWriterGoesOnWithTheSwitch() throws IOException {
        String token = write().is(201).header("Holdfast-Token");

        system.kill("primary");
        system.kill("app1");
        int logged = log().length();
        system.start("app1");

        databases.awaitWriter("failover", epoch + 1);
        agent = Api.agent();
        Answer written = write().is(201);
        assertThat(written.header("Holdfast-Epoch")).isEqualTo(Long.toString(epoch + 1));
        assertThat(agent.get(path, "Holdfast-Token", token).status()).isIn(200, 409);
        // Its test of the connections at start tells what to look at.
        await().atMost(TESTED_WITHIN)
                .until(() ->
                        log().substring(logged).contains("connection test of primary: not reachable in 3 attempts"));
    }

    @ParameterizedTest
    @EnumSource
    void aPlannedSwitchGoesOnWithoutTheOldCluster(Halt halt) throws SQLException {
        Answer written = write().is(201);

        try (Connection held = databases.connect(NodeName.FAILOVER)) {
            switchUntil(halt, held);
            Databases.PRIMARY_CLUSTER.forEach(system::kill);
        }

        databases.awaitWriter("failover", epoch + 1);
        agent.get(path, "Holdfast-Token", written.header("Holdfast-Token")).is(200);
        write().is(201);

        Databases.PRIMARY_CLUSTER.forEach(system::start);

        databases.awaitWhole();
        takesNoWrite(NodeName.PRIMARY);
        assertThat(salvaged()).isEmpty();
        databases.awaitSame();
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationThatIsStartedWithoutTheOldClusterGoesOnWithThePlannedSwitch(Halt halt) throws SQLException {
        // An application that starts knows what the standby knows.
        databases.awaitAnswer(
                NodeName.FAILOVER, "select max(epoch)::text from ops.cluster_switch", Long.toString(epoch));
        Answer written = write().is(201);

        try (Connection held = databases.connect(NodeName.FAILOVER)) {
            switchUntil(halt, held);
            system.kill("app1");
            Databases.PRIMARY_CLUSTER.forEach(system::kill);
        }
        system.start("app1");

        databases.awaitWriter("failover", epoch + 1);
        agent = Api.agent();
        agent.get(path, "Holdfast-Token", written.header("Holdfast-Token")).is(200);
        write().is(201);
    }

    @Test
    void aStandbyThatSomebodyStoppedIsPutInPlaceByAnOperatorAlone() {
        Api admin = Api.admin();
        databases.execute(NodeName.FAILOVER, "alter subscription holdfast disable");
        // Once that is known: a switch that is asked for sooner begins, and is taken back.
        databases.awaitUnknownLag("failover");
        isConflict(Databases.requestSwitch(admin, "failover"), "does not follow");

        system.kill("primary");

        databases.awaitState("primary", "down");
        await().during(KEPT_FOR)
                .atMost(KEPT_FOR.plusSeconds(2))
                .until(() -> databases
                        .query(
                                NodeName.FAILOVER,
                                "select 1::text from ops.cluster_switch where state <> 'ended' and writer = 'failover'")
                        .isEmpty());

        Databases.requestSwitch(admin, "failover").is(202);

        databases.awaitWriter("failover", epoch + 1);
        write().is(201);
    }

    private String log() throws IOException {
        return Files.readString(system.log());
    }

    /** Where a planned switch stands still while something is locked on the new writer. */
    private enum Halt {
        /** The old epoch has ended, and the new writer does not know it. */
        ENDED("select pg_advisory_xact_lock(hashtext('holdfast.lease'))", NodeName.PRIMARY, 0),
        /** The next epoch is claimed, and the new writer follows the old one still. */
        CLAIMED("lock table pg_catalog.pg_subscription in share mode", NodeName.FAILOVER, 1);

        private final String lock;
        private final NodeName node;
        private final int epochsLater;

        Halt(String lock, NodeName node, int epochsLater) {
            this.lock = lock;
            this.node = node;
            this.epochsLater = epochsLater;
        }
    }

    private void switchUntil(Halt halt, Connection held) throws SQLException {
        held.setAutoCommit(false);
        try (Statement statement = held.createStatement()) {
            statement.execute(halt.lock);
        }
        Databases.requestSwitch(Api.admin(), "failover").is(202);
        databases.awaitAnswer(
                halt.node,
                "select state from ops.cluster_switch where epoch = " + (epoch + halt.epochsLater),
                halt.name().toLowerCase(Locale.ROOT));
    }

    private Answer write() {
        return agent.post(path + "/conversations", object("externalId", Api.unique("conversation")));
    }

    /** What was acknowledged and is not on the new writer; checks that nothing of it was promised to be there. */
    private Set<String> lost(Writers writers) {
        Set<String> stored = stored(NodeName.FAILOVER);
        assertThat(stored).containsAll(writers.durableIds());
        Set<String> lost = without(writers.ids(), stored);
        for (Answer written : writers.written()) {
            if (lost.contains(written.id())) {
                Answer refused = agent.get(path, "Holdfast-Token", written.header("Holdfast-Token"))
                        .isProblem(409);
                assertThat(refused.text("category")).isEqualTo("in-doubt");
            }
        }
        return lost;
    }

    private Set<String> stored(NodeName node) {
        return new HashSet<>(databases.query(
                node,
                "select id::text from memory.conversation where agent_id = ?::uuid",
                path.substring(path.lastIndexOf('/') + 1)));
    }

    private Set<String> salvaged() {
        Api admin = Api.admin();
        Set<String> keys = new HashSet<>();
        String cursor = "";
        do {
            Answer page = admin.get(
                            "/api/admin/salvage?limit=100&epoch=" + epoch + cursor, "Holdfast-Consistency", "strong")
                    .is(200);
            page.items()
                    .forEach(change -> keys.add(change.path("key").path("id").asText()));
            cursor = page.json().path("next").isNull() ? "" : "&cursor=" + encoded(page.text("next"));
        } while (!cursor.isEmpty());
        return keys;
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static void onlyKnownErrors(List<Answer> errors) {
        for (Answer error : errors) {
            assertThat(error.isProblem(503).text("category")).as("%s", error).isIn("connection", "in-doubt");
        }
    }

    private static void isConflict(Answer answer, String why) {
        assertThat(answer.isProblem(409).text("category")).as("%s", answer).isEqualTo("conflict");
        assertThat(answer.text("detail")).contains(why);
    }

    private void takesNoWrite(NodeName node) {
        assertThatThrownBy(() -> databases.insertATenant(node))
                .as("a direct write on %s", node)
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("HF001"));
    }
}
