package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.it.api.BodyCalls.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests whose query string or wire form is wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRequestsIT {
    private final LoggedErrors errors = LoggedErrors.fromNow();
    private final BodyCalls calls = new BodyCalls();
    private final Api agent = calls.agent();
    private final Tenants database = new Tenants();

    @AfterAll
    void nothingOfItIsLoggedAsAFaultOfOurs() throws IOException {
        errors.assertNone();
    }

    private Stream<String> lists() {
        return Stream.concat(
                Stream.of(
                        "/api/agents",
                        "/api/runs",
                        "/api/memories",
                        "/api/agents/" + calls.agentId() + "/conversations"),
                calls.every().map(Call::path).filter(path -> path.endsWith("/messages") || path.endsWith("/steps")));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aLimitOutOfBoundsIsRefused(String list) {
        for (String limit :
                List.of("-1", "0", "501", "1000000", "99999999999", "abc", "1.5", "", "1e2", "0x10", " 5")) {
            agent.get(list + "?limit=" + Api.encoded(limit)).isProblem(400);
        }
        BodyCalls.HOSTILE.forEach(
                text -> agent.get(list + "?limit=" + Api.encoded(text)).isProblem(400));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorThatNoListAnsweredIsRefused(String list) {
        for (String cursor : List.of("", "x", "!!!", "AAAA", "null", "eyJhIjoxfQ", "A".repeat(2_000))) {
            agent.get(list + "?cursor=" + Api.encoded(cursor)).isProblem(400);
        }
        BodyCalls.HOSTILE.forEach(
                text -> agent.get(list + "?cursor=" + Api.encoded(text)).isProblem(400));
    }

    @Test
    void nulAndBrokenEscapesInAQueryAreRefused() {
        for (String query : List.of("conversation=a%00b", "kind=%00", "agentId=%00", "limit=%00", "cursor=%00")) {
            agent.get("/api/memories?" + query).isProblem(400);
        }
        for (String query : List.of("conversation=%ff%fe", "conversation=%ed%a0%80", "conversation=%c0%80")) {
            Answer answer = agent.get("/api/memories?" + query);
            assertThat(answer.status()).as("%s", answer).isIn(200, 400);
        }
    }

    private String raw(String request) {
        return RawHttp.exchange(agent.base(), request.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void whatIsNotHttpGetsNoPageOfTheServers() {
        URI base = agent.base();
        for (String request : List.of(
                "GET /api/../api/agents HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nConnection: close\r\n\r\n",
                "POST /api/agents HTTP/1.1\r\nHost: " + base.getAuthority()
                        + "\r\nContent-Length: -5\r\nConnection: close\r\n\r\n",
                "TRACE /api/agents HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nConnection: close\r\n\r\n",
                "GET /api/agents\u0000 HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nConnection: close\r\n\r\n")) {
            String answer = raw(request);

            assertThat(answer).as(request).startsWith("HTTP/1.1 4").doesNotContain("Exception", "\tat ", "<html");
        }
    }

    @Test
    void aPathThatCannotBeDecodedShowsNothing() {
        // The server answers it before the application sees it, and no other answer can be had from it.
        String answer = raw("GET /api/agents/%zz HTTP/1.1\r\nHost: "
                + agent.base().getAuthority() + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).doesNotContain("HTTP/1.1 5", "Exception", "\tat ", "<html", "items");
    }

    @Test
    void anEmptyBodyIsNoneWhateverItsType() {
        Api admin = Api.admin();

        admin.text("POST", "/api/admin/audit/verify", "application/json", "").is(200);
        admin.text("POST", "/api/admin/failover", "application/json", "").isProblem(400);
        agent.text("POST", "/api/memories", "application/json", "").isProblem(400);
    }

    @Test
    void aBodyThatEndsTooEarlyStoresNothing() {
        String name = Api.unique("early");
        String body = "{\"name\":\"" + name + "\"}";

        String answer = raw("POST /api/agents HTTP/1.1\r\nHost: " + agent.base().getAuthority()
                + "\r\nAuthorization: Bearer " + agent.token()
                + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\nnonsense\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("Exception", "\tat ", "<html");
        assertThat(database.count("select count(*) from memory.agent where name = ?", name))
                .isZero();
    }
}
