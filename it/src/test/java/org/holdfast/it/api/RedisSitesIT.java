package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.LocalTopology;
import org.holdfast.launcher.Ports;
import org.holdfast.launcher.ServerKind;
import org.holdfast.launcher.TopologySettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Goal: what one site's instance commits is seen at the other site, also when it cannot tell and dies. Method: a topology of its
 * own with two instances, each with a Redis of its own; writes at the first, cached reads at the second. Invariants: a reader
 * with the write's token never sees an older row; one without sees it within a second.
 */
@EnabledIfSystemProperty(named = "holdfast.system", matches = "server")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedisSitesIT {
    private static final System.Logger LOG = System.getLogger(RedisSitesIT.class.getName());
    private static final Duration USED_WITHIN = Duration.ofSeconds(60);
    private static final Duration NEAR_WITHIN = Duration.ofSeconds(60);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final int ROUNDS = 20;

    private static LocalTopology topology;

    private final Api here = at(1);
    private final Api there = at(2);
    private final Api admin = admin(2);
    private String path = "";

    @BeforeAll
    static void startTwoSites() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("HOLDFAST_APP2_REDIS_SITE", "b");
        TopologySettings settings = new TopologySettings(
                Path.of(System.getProperty("holdfast.project", "..")),
                Path.of(System.getProperty("holdfast.home", "target/holdfast") + "-sites"),
                Ports.free(2),
                ServerKind.SERVER,
                2,
                environment);
        LocalTopology started = new LocalTopology(settings, message -> LOG.log(System.Logger.Level.INFO, message));
        topology = started;
        started.reset();
        Runtime.getRuntime().addShutdownHook(new Thread(started::stop, "stop-two-sites"));
        started.start();
    }

    @AfterAll
    static void stopThem() {
        topology.reset();
    }

    private static Api at(int instance) {
        return loggedIn(instance, "AGENT");
    }

    private static Api admin(int instance) {
        return loggedIn(instance, "ADMIN");
    }

    private static Api loggedIn(int instance, String who) {
        return Api.loggedIn(
                URI.create(topology.httpUrl(instance)),
                new RunningSystem.Credentials(
                        topology.secrets().get(who + "_USER"),
                        topology.secrets().get(who + "_PASSWORD")));
    }

    @BeforeEach
    void makeAnAgentThatIsNearThere() {
        await().atMost(USED_WITHIN)
                .pollInterval(POLL)
                .until(() -> cache().path("state").asText().equals("used"));
        path = "/api/agents/" + here.newAgent();
        awaitNear();
    }

    private JsonNode cache() {
        return admin.get("/api/admin/cache").is(200).json();
    }

    private Answer eventual() {
        return there.get(path, "Holdfast-Consistency", "eventual").is(200);
    }

    private boolean isCached(Answer answer) {
        return answer.headers().firstValue("Holdfast-Node").isEmpty();
    }

    // A replica's rows are not kept: a strong read brings it near.
    private void awaitNear() {
        await().atMost(NEAR_WITHIN).pollInterval(POLL).until(() -> {
            there.get(path, "Holdfast-Consistency", "strong").is(200);
            return isCached(eventual());
        });
    }

    private String write(String description) {
        return here.patch(path, object("description", description)).is(200).header("Holdfast-Token");
    }

    private void seenWithToken(String token, String description) {
        assertThat(there.get(path, "Holdfast-Token", token).is(200).text("description"))
                .isEqualTo(description);
    }

    private Duration untilSeen(String description, Duration within) {
        long begun = System.nanoTime();
        await().atMost(within)
                .pollInterval(POLL)
                .until(() -> eventual().json().path("description").asText().equals(description));
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    @Order(1)
    void theOtherSiteHearsWithinASecond() {
        Duration slowest = Duration.ZERO;
        for (int round = 0; round < ROUNDS; round++) {
            String description = "round " + round;
            awaitNear();
            String token = write(description);
            seenWithToken(token, description);
            Duration took = untilSeen(description, SEEN_WITHIN);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
        LOG.log(System.Logger.Level.INFO, "the other site saw it within {0} ms", slowest.toMillis());
        assertThat(cache().path("outbox").path("applied").asLong()).isGreaterThanOrEqualTo(ROUNDS);
    }

    @Test
    @Order(2)
    void whileOneRedisHangsBothSitesGoOn() {
        topology.node("redisB").pause();
        String token = write("hanging there");
        seenWithToken(token, "hanging there");
        untilSeen("hanging there", SEEN_WITHIN);
        topology.node("redisB").resume();
        awaitNear();
        seenWithToken(write("used again"), "used again");
    }

    // The last one: with one instance of two nobody holds the lease.
    @Test
    @Order(3)
    void anInstanceThatCannotTellItsRedisAndDiesLeavesNothingStale() {
        topology.node("redisA").pause();
        String token = write("told by the database");
        topology.node("app1").kill();

        seenWithToken(token, "told by the database");
        Duration took = untilSeen("told by the database", SEEN_WITHIN);
        LOG.log(System.Logger.Level.INFO, "seen after the death within {0} ms", took.toMillis());
        topology.node("redisA").resume();
    }
}
