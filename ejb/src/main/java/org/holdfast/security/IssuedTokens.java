package org.holdfast.security;

/**
 * What a caller gets for its credentials.
 *
 * @param refreshToken good for one use; using it a second time ends the session
 * @param expiresIn seconds until the access token ends
 */
public record IssuedTokens(String accessToken, String refreshToken, long expiresIn) {
    @Override
    public String toString() {
        return "(hidden)";
    }
}
