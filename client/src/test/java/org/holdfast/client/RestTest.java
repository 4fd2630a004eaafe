package org.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestTest {
    private static final JsonNode BODY = Http.JSON.createObjectNode();

    private ScriptedServer server;
    private Rest rest;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        rest = rest(server.address(), Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Rest rest(URI address, Duration patience) {
        Http http = new Http(address, Duration.ofSeconds(5));
        Retries retries = new Retries(4, patience, Duration.ofMillis(10));
        return new Rest(http, retries, new Login(http, retries, "user", "secret"));
    }

    private HoldfastException failure(Message message) {
        return catchThrowableOfType(HoldfastException.class, () -> rest.send(message));
    }

    @Test
    void whatMayBeTriedAgainIsTriedAgainUnderTheSameKey() {
        server.fails(503, "connection", true)
                .fails(503, "in-doubt", false)
                .then(0, "", "")
                .then(201, "", "{\"id\":\"1\"}");

        JsonNode answer = rest.send(Message.write("/api/memories", BODY));

        assertThat(answer.path("id").asText()).isEqualTo("1");
        assertThat(server.asked())
                .hasSize(4)
                .extracting(ScriptedServer.Asked::key)
                .doesNotContainNull();
        assertThat(server.asked().stream().map(ScriptedServer.Asked::key).distinct())
                .hasSize(1);
    }

    @Test
    void whatIsRefusedIsNotTriedAgain() {
        for (int status : List.of(400, 403, 404, 409, 413)) {
            server.fails(status, "validation", false);

            HoldfastException refused = failure(Message.write("/api/memories", BODY));

            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.category()).isEqualTo("validation");
            assertThat(refused.isRetryable()).isFalse();
            assertThat(refused).hasMessageContaining("why").hasMessageContaining("POST /api/memories");
        }
        assertThat(server.asked()).hasSize(5);
    }

    @Test
    void itEndsAfterSoManyAttempts() {
        for (int i = 0; i < 10; i++) {
            server.fails(503, "connection", true);
        }

        assertThat(failure(Message.get("/api/agents")).isRetryable()).isTrue();

        assertThat(server.asked()).hasSize(4);
    }

    @Test
    void itEndsWithThePatience() {
        rest = rest(server.address(), Duration.ofMillis(1));
        for (int i = 0; i < 10; i++) {
            server.fails(503, "connection", true);
        }

        assertThat(failure(Message.get("/api/agents"))).isNotNull();

        assertThat(server.asked()).hasSizeLessThan(3);
    }

    @Test
    void anAnswerThatStopsComingIsNotWaitedFor() {
        rest = rest(server.address(), Duration.ofMillis(400));
        server.stalls();

        HoldfastException late = failure(Message.write("/api/memories", BODY));

        assertThat(late.category()).isEqualTo("in-doubt");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void somethingElseAtTheAddressIsNotTakenForAnAnswer() {
        for (int i = 0; i < 4; i++) {
            server.then(200, "", "<html>").asHtml();
        }

        assertThat(failure(Message.get("/api/agents"))).hasMessageContaining("is this Holdfast?");
    }

    @Test
    void aWriteThatMayHaveHappenedIsInDoubtWhateverComesAfter() {
        server.then(0, "", "");
        for (int i = 0; i < 3; i++) {
            server.fails(503, "connection", true);
        }

        assertThat(failure(Message.write("/api/memories", BODY)).category()).isEqualTo("in-doubt");
    }

    @Test
    void nobodyThereIsNoDoubt() {
        server.close();

        assertThat(failure(Message.write("/api/memories", BODY)).category()).isEqualTo("connection");
    }

    @Test
    void readsCarryTheTokenOfTheNewestWrite() {
        server.then(201, "1-0/FF", "{}")
                .then(201, "1-1/0", "{}")
                .then(201, "1-0/FFFFFFFF", "{}")
                .then(200, "", "{}")
                .then(201, "2-0/1", "{}")
                .then(200, "", "{}");
        for (int i = 0; i < 3; i++) {
            rest.send(Message.write("/api/memories", BODY));
        }
        rest.send(Message.ask("/api/memories/nearest", BODY));
        rest.send(Message.write("/api/memories", BODY));
        rest.send(Message.get("/api/memories"));

        assertThat(server.asked())
                .extracting(ScriptedServer.Asked::token)
                .containsExactly(null, null, null, "1-1/0", null, "2-0/1");
    }

    @Test
    void aWriteThatWasLostIsToldOnce() {
        server.then(201, "1-0/FF", "{}").fails(409, "in-doubt", false).then(200, "", "{}");
        rest.send(Message.write("/api/memories", BODY));

        assertThat(failure(Message.get("/api/memories")).category()).isEqualTo("in-doubt");
        rest.send(Message.get("/api/memories"));

        assertThat(server.asked()).extracting(ScriptedServer.Asked::token).containsExactly(null, "1-0/FF", null);
    }

    @Test
    void oneLogInServesManyRequests() {
        server.then(200, "", "{}").then(200, "", "{}");

        rest.send(Message.get("/api/agents"));
        rest.send(Message.get("/api/agents"));

        assertThat(server.logIns()).isOne();
        assertThat(server.asked())
                .extracting(ScriptedServer.Asked::authorization)
                .containsOnly("Bearer a1");
    }

    @Test
    void aTokenThatIsRefusedIsReplacedOnce() {
        server.fails(401, "permission", false)
                .then(200, "", "{}")
                .fails(401, "permission", false)
                .fails(401, "permission", false);

        rest.send(Message.get("/api/agents"));
        HoldfastException refused = failure(Message.get("/api/agents"));

        assertThat(refused.status()).isEqualTo(401);
        assertThat(server.asked())
                .extracting(ScriptedServer.Asked::authorization)
                .containsExactly("Bearer a1", "Bearer a2", "Bearer a2", "Bearer a3");
    }

    @Test
    void aTokenThatEndsIsRenewed() {
        server.tokensLast(0).then(200, "", "{}").then(200, "", "{}");

        rest.send(Message.get("/api/agents"));
        rest.send(Message.get("/api/agents"));

        assertThat(server.logIns()).isEqualTo(2);
    }
}
