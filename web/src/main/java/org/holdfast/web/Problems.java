package org.holdfast.web;

import java.util.Locale;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionException;

/** Says what a failure is for the caller. Pure. */
final class Problems {
    private static final String RESTART = "nothing was changed; try again";

    private Problems() {}

    /** A failure of a database session. */
    static Problem of(SessionException failure) {
        ErrorCategory category = failure.category();
        int status = switch (category) {
            case VALIDATION -> 400;
            case CONFLICT, DEADLOCK -> 409;
            case CONNECTION, TIMEOUT -> 503;
            case PERMISSION -> 403;
            // Refused in doubt is a token whose write was lost; else a commit went without an answer.
            case IN_DOUBT -> failure instanceof RefusedException ? 409 : 503;
            case SCHEMA, UNKNOWN -> 500;
        };
        return Problem.of(status, title(category), detail(failure), category.label(), failure.isRetryable());
    }

    /** A status without a reason of its own. */
    static Problem ofStatus(int status) {
        return ofStatus(status, standardDetail(status));
    }

    static Problem ofStatus(int status, String detail) {
        return Problem.of(status, standardTitle(status), detail, standardCategory(status), isRetryable(status));
    }

    private static String title(ErrorCategory category) {
        return switch (category) {
            case VALIDATION -> "The request is not valid";
            case CONFLICT -> "The request conflicts with what is stored";
            case DEADLOCK -> "The request was chosen to end a deadlock";
            case CONNECTION -> "What serves the request cannot be reached";
            case TIMEOUT -> "There was no answer in time";
            case PERMISSION -> "Not allowed";
            case SCHEMA -> "The schema does not fit";
            case IN_DOUBT -> "The outcome is not known";
            case UNKNOWN -> "The request failed";
        };
    }

    // The text of a driver's error may name hosts, tables and values: it goes to the log, not to the caller.
    private static String detail(SessionException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure.category()) {
            case CONNECTION -> failure.getCause() == null ? message : "a database could not be reached; " + RESTART;
            case VALIDATION, CONFLICT, DEADLOCK, TIMEOUT, PERMISSION, IN_DOUBT -> message;
            case SCHEMA -> "the schema is not the one this version needs";
            case UNKNOWN -> standardDetail(500);
        };
    }

    private static String standardTitle(int status) {
        return switch (status) {
            case 400 -> "The request is not valid";
            case 401 -> "Not logged in";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 406 -> "Not acceptable";
            case 409 -> "The request conflicts with what is stored";
            case 412 -> "Changed meanwhile";
            case 413 -> "The body is too large";
            case 415 -> "The content type is not supported";
            case 429 -> "Too many requests";
            case 503 -> "Not available now";
            default -> status < 500 ? "The request is not valid" : "The request failed";
        };
    }

    private static String standardDetail(int status) {
        return switch (status) {
            case 400 -> "the request could not be understood";
            case 401 -> "an access token is needed that is signed by this service and has not expired";
            case 403 -> "the caller's roles do not allow this";
            case 404 -> "there is nothing at this address";
            case 405 -> "this address does not know the method; the Allow header lists those that it knows";
            case 406 -> "the answer is application/json, which the Accept header excludes";
            case 409 -> "it was changed by somebody else meanwhile";
            case 412 -> "it is not the version that If-Match names; read it again";
            case 413 -> "the body is larger than allowed";
            case 415 -> "the body's content type is not one that this address takes";
            case 429 -> "wait as long as Retry-After says";
            case 503 -> RESTART;
            default ->
                status < 500
                        ? String.format(Locale.ROOT, "the request was refused with status %d", status)
                        : "the request failed for a reason that is ours; the log has it under the instance";
        };
    }

    private static String standardCategory(int status) {
        return switch (status) {
            case 401, 403, 429 -> ErrorCategory.PERMISSION.label();
            case 409, 412 -> ErrorCategory.CONFLICT.label();
            case 503 -> ErrorCategory.CONNECTION.label();
            default -> (status < 500 ? ErrorCategory.VALIDATION : ErrorCategory.UNKNOWN).label();
        };
    }

    private static boolean isRetryable(int status) {
        return status == 429 || status == 503;
    }
}
