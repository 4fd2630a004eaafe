package org.holdfast.web.security;

import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/** Who logs in. */
public record LoginRequest(
        @Nullable String username, @Nullable String password) {
    private static final int PASSWORD_CHARS_MAX = 1000;

    public LoginRequest {
        Fields.text("username", username, 100);
        Fields.atMost("password", Fields.required("password", password), PASSWORD_CHARS_MAX);
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
