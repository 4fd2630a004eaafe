package org.holdfast.web;

import java.time.Duration;

/** A request that is answered with a problem document. The detail is for the caller: it names field, value and limit. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final Duration retryAfter;

    private ProblemException(Problem problem, Duration retryAfter) {
        super(problem.detail());
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    /** 400: something in the request is not as it must be. */
    public static ProblemException badRequest(String detail) {
        return of(400, detail);
    }

    /** 404: there is no such thing, or it is another tenant's. */
    public static ProblemException notFound(String what) {
        return of(404, "there is no such " + what);
    }

    /** One of the statuses that {@link Problems} knows, with a detail of its own. */
    public static ProblemException of(int status, String detail) {
        return new ProblemException(Problems.ofStatus(status, detail), Duration.ZERO);
    }

    /** The same, saying when to try again. */
    public static ProblemException of(int status, String detail, Duration retryAfter) {
        return new ProblemException(Problems.ofStatus(status, detail), retryAfter);
    }

    Problem problem() {
        return problem;
    }

    /** Zero where it does not say. */
    Duration retryAfter() {
        return retryAfter;
    }
}
