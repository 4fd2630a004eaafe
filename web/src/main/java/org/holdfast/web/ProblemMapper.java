package org.holdfast.web;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.SessionException;

/**
 * Answers every failure under {@code /api} with a problem document. What is the caller's fault is not worth a line in the
 * log; what is ours is logged once, with the id that the caller is told.
 */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class.getName());
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final List<String> HEADERS_KEPT = List.of(HttpHeaders.ALLOW, HttpHeaders.WWW_AUTHENTICATE);

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof ProblemException known) {
            return ProblemAnswer.of(known);
        }
        if (failure instanceof SessionException session) {
            return ofSession(session);
        }
        if (failure instanceof WebApplicationException web) {
            return ofWeb(web);
        }
        return ProblemAnswer.of(logged(Problems.ofStatus(500), failure), Duration.ZERO)
                .build();
    }

    private static Response ofSession(SessionException failure) {
        Problem problem = Problems.of(failure);
        if (problem.status() == 500 || problem.status() == 403) {
            // A right that the application's role lacks is a mistake of ours, whoever asked.
            return ProblemAnswer.of(logged(problem, failure), Duration.ZERO).build();
        }
        LOG.log(Level.FINE, "a session failed", failure);
        return ProblemAnswer.of(problem, failure.isRetryable() ? RETRY_AFTER : Duration.ZERO)
                .build();
    }

    private static Response ofWeb(WebApplicationException failure) {
        Response given = failure.getResponse();
        int status = given.getStatus();
        if (status < 400) {
            return given;
        }
        Problem problem = Problems.ofStatus(status);
        Response.ResponseBuilder answer =
                ProblemAnswer.of(status == 500 ? logged(problem, failure) : problem, Duration.ZERO);
        for (String kept : HEADERS_KEPT) {
            String value = given.getHeaderString(kept);
            if (value != null) {
                // Set anew: a second one would be added to what is there.
                answer.header(kept, null).header(kept, value);
            }
        }
        return answer.build();
    }

    private static Problem logged(Problem problem, Throwable failure) {
        String instance = "urn:uuid:" + UUID.randomUUID();
        LOG.log(Level.SEVERE, "a request failed, " + instance, failure);
        return problem.withInstance(instance);
    }
}
