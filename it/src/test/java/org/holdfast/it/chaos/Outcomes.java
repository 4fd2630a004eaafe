package org.holdfast.it.chaos;

import org.holdfast.it.chaos.Operation.Outcome;

/** What an answer says about what happened. Pure. */
final class Outcomes {
    private Outcomes() {}

    /** {@code changes}: whether the request was a write; a read without an answer is not in doubt. */
    static Outcome of(Caller.Reply reply, boolean changes) {
        boolean isRetryable = reply.body().path("retryable").asBoolean();
        return switch (reply.status()) {
            case 200, 201 -> Outcome.OK;
            case Caller.NOT_SENT -> Outcome.FAILED;
            case Caller.NO_ANSWER -> inDoubt(changes);
            // Without a category it is the server's own page: the application is not deployed at this moment.
            case 404, 405, 501 -> reply.category().isEmpty() ? Outcome.FAILED : Outcome.UNEXPECTED;
            case 409 -> refused(reply);
            case 503 ->
                reply.category().equals("in-doubt")
                        ? inDoubt(changes)
                        : isRetryable || reply.category().isEmpty() ? Outcome.FAILED : Outcome.UNEXPECTED;
            default -> Outcome.UNEXPECTED;
        };
    }

    private static Outcome inDoubt(boolean changes) {
        return changes ? Outcome.IN_DOUBT : Outcome.FAILED;
    }

    private static Outcome refused(Caller.Reply reply) {
        return switch (reply.category()) {
            case "in-doubt" -> Outcome.TOLD;
            case "deadlock", "conflict" -> Outcome.FAILED;
            default -> Outcome.UNEXPECTED;
        };
    }
}
