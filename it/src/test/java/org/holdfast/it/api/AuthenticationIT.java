package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.holdfast.it.RunningSystem;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AuthenticationIT {
    private static final int FAILURES_PER_MINUTE = 10;

    private final RunningSystem system = RunningSystem.get();
    private final Api anonymous = Api.anonymous();

    private Answer logIn() {
        return anonymous.logIn(system.agent().user(), system.agent().password()).is(200);
    }

    private Answer refresh(String refreshToken) {
        return anonymous.post("/api/auth/refresh", object("refreshToken", refreshToken));
    }

    @Nested
    class LoggingIn {
        @Test
        void theRightPasswordGivesTokensAndTheirLife() {
            Answer tokens = logIn();

            assertThat(tokens.text("accessToken").split("\\.", -1)).hasSize(3);
            assertThat(tokens.text("refreshToken")).isNotBlank();
            assertThat(tokens.json().path("expiresIn").asLong())
                    .isBetween(1L, Duration.ofDays(1).toSeconds());
        }

        @Test
        void theAccessTokenSaysWhoItsBearerIs() {
            Api agent = anonymous.withToken(logIn().text("accessToken"));

            Answer me = agent.get("/api/auth/me").is(200);

            assertThat(me.text("username")).isEqualTo(system.agent().user());
            assertThat(me.json().path("roles")).hasToString("[\"agent\"]");
        }

        @Test
        void aWrongPasswordAndAnUnknownUserAreRefusedAlike() {
            Answer wrongPassword = anonymous.logIn(system.agent().user(), "not the password");
            Answer unknownUser = anonymous.logIn(unique("nobody"), "not the password");

            wrongPassword.isProblem(401);
            unknownUser.isProblem(401);
            assertThat(wrongPassword.body()).isEqualTo(unknownUser.body());
        }

        @Test
        void tooManyFailuresOfANameHaveToWait() {
            String name = unique("guessed");
            for (int i = 0; i < FAILURES_PER_MINUTE; i++) {
                anonymous.logIn(name, "guess " + i).isProblem(401);
            }

            Answer refused = anonymous.logIn(name, "one guess more").isProblem(429);

            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
            logIn();
        }

        @Test
        void whoIsNotLoggedInIsAskedToDoSo() {
            Answer refused = anonymous.get("/api/auth/me").isProblem(401);

            assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
        }
    }

    @Nested
    class Refreshing {
        @Test
        void aRefreshTokenIsExchangedForNewOnesThatWork() {
            Answer first = logIn();

            Answer second = refresh(first.text("refreshToken")).is(200);

            assertThat(second.text("refreshToken")).isNotEqualTo(first.text("refreshToken"));
            assertThat(second.text("accessToken")).isNotEqualTo(first.text("accessToken"));
            anonymous.withToken(second.text("accessToken")).get("/api/auth/me").is(200);
            refresh(second.text("refreshToken")).is(200);
        }

        @Test
        void aTokenThatWasUsedTwiceEndsItsSession() {
            String first = logIn().text("refreshToken");
            String second = refresh(first).is(200).text("refreshToken");

            refresh(first).isProblem(401);

            refresh(second).isProblem(401);
        }

        @Test
        void reuseInOneSessionLeavesTheOthersAlone() {
            String other = logIn().text("refreshToken");
            String used = logIn().text("refreshToken");
            refresh(used).is(200);

            refresh(used).isProblem(401);

            refresh(other).is(200);
        }

        @Test
        void ofManyUsesAtTheSameTimeAtMostOneSucceeds() throws Exception {
            String token = logIn().text("refreshToken");
            Callable<Integer> use = () -> refresh(token).status();
            ExecutorService callers = Executors.newFixedThreadPool(4);

            List<Future<Integer>> answers;
            try {
                answers = callers.invokeAll(List.of(use, use, use, use));
            } finally {
                callers.shutdownNow();
            }

            List<Integer> statuses = List.of(
                    answers.get(0).get(),
                    answers.get(1).get(),
                    answers.get(2).get(),
                    answers.get(3).get());
            assertThat(statuses).containsOnly(200, 401);
            assertThat(statuses).containsOnlyOnce(200);
        }

        @Test
        void whatNeverWasATokenIsRefused() {
            refresh("not a token").isProblem(401);
            refresh(logIn().text("accessToken").substring(0, 40)).isProblem(401);
        }
    }

    @Nested
    class LoggingOut {
        @Test
        void theRefreshTokenIsGoodForNothingAfterwards() {
            String token = logIn().text("refreshToken");

            anonymous.post("/api/auth/logout", object("refreshToken", token)).is(204);

            refresh(token).isProblem(401);
        }

        @Test
        void theAccessTokenAloneEndsItsSessionToo() {
            Answer tokens = logIn();

            anonymous
                    .withToken(tokens.text("accessToken"))
                    .send("POST", "/api/auth/logout", BodyPublishers.noBody())
                    .is(204);

            refresh(tokens.text("refreshToken")).isProblem(401);
        }

        @Test
        void whoHasNoTokenAtAllCannotLogOut() {
            anonymous.send("POST", "/api/auth/logout", BodyPublishers.noBody()).isProblem(401);
        }
    }
}
