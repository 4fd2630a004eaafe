package org.holdfast.web;

import jakarta.json.JsonString;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Reads claims of our own from an access token. */
public final class Claims {
    private Claims() {}

    /** A claim that is a text. */
    public static Optional<String> text(JsonWebToken token, String name) {
        // A claim that is no standard one comes as a JSON value, whose own text has quotes around it.
        return token.<Object>claim(name)
                .map(claim -> claim instanceof JsonString json ? json.getString() : claim.toString());
    }
}
