package org.holdfast.web.security;

import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/** A refresh token. */
public record RefreshRequest(@Nullable String refreshToken) {
    private static final int TOKEN_CHARS_MAX = 200;

    public RefreshRequest {
        Fields.text("refreshToken", refreshToken, TOKEN_CHARS_MAX);
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
