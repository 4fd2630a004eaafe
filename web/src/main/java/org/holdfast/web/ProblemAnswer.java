package org.holdfast.web;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;

/** The answer that carries a problem document. */
public final class ProblemAnswer {
    static final String MEDIA_TYPE = "application/problem+json";

    private ProblemAnswer() {}

    /** To a request that was refused. */
    public static Response of(ProblemException refused) {
        return of(refused.problem(), refused.retryAfter()).build();
    }

    /**
     * To a request that failed.
     *
     * @param retryAfter when to try again; zero says nothing
     */
    static Response.ResponseBuilder of(Problem problem, Duration retryAfter) {
        Response.ResponseBuilder answer =
                Response.status(problem.status()).entity(problem).type(MEDIA_TYPE);
        if (problem.status() == Response.Status.UNAUTHORIZED.getStatusCode()) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return retryAfter.isZero() ? answer : answer.header(HttpHeaders.RETRY_AFTER, retryAfter.toSeconds());
    }
}
