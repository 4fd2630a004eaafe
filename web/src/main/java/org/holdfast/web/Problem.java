package org.holdfast.web;

import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457).
 *
 * @param instance names this one occurrence, where it is worth looking up in the log
 * @param category one of {@code validation conflict deadlock connection timeout permission schema in-doubt unknown}
 * @param retryable whether the same request may succeed if it is simply sent again
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String instance,
        String category,
        boolean retryable) {
    static Problem of(int status, String title, String detail, String category, boolean retryable) {
        return new Problem("urn:holdfast:problem:" + category, title, status, detail, null, category, retryable);
    }

    Problem withInstance(String occurrence) {
        return new Problem(type, title, status, detail, occurrence, category, retryable);
    }
}
