package org.holdfast.memory;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.holdfast.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that embeds, as OpenAI's does.
 *
 * @param base the address that {@code /embeddings} is added to
 * @param model the name that the endpoint knows the model by
 * @param key sent as a bearer token; empty: none is sent
 * @param timeout how long one request may take, from its connection to the last byte of its answer
 * @param waitMax how long a caller waits in all: for a place, for the requests and between them
 * @param textsMax texts in one request
 * @param requestsMax requests at the same time
 * @param asksForDimensions whether the endpoint is asked to make the vectors as long as the schema has them
 */
record EndpointConfig(
        URI base,
        String model,
        Optional<ApiKey> key,
        Duration timeout,
        Duration waitMax,
        int textsMax,
        int requestsMax,
        boolean asksForDimensions) {
    static final String URL = "holdfast.memory.endpoint-url";
    static final String MODEL = "holdfast.memory.endpoint-model";
    static final String KEY = "holdfast.memory.endpoint-key";
    static final String DIMENSIONS = "holdfast.memory.endpoint-dimensions";

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(100);
    private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);
    private static final Duration WAIT_DEFAULT = Duration.ofSeconds(30);
    // As long as a caller of the API waits for an answer.
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final int TEXTS_MAX = 256;
    private static final int REQUESTS_MAX = 256;

    // What a header of HTTP can carry.
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,4096}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1\\]");

    static EndpointConfig from(Settings settings) {
        Duration timeout =
                settings.millis("holdfast.memory.endpoint-timeout-millis", TIMEOUT_DEFAULT, TIMEOUT_MIN, WAIT_MAX);
        Duration waitDefault = timeout.compareTo(WAIT_DEFAULT) > 0 ? timeout : WAIT_DEFAULT;
        return new EndpointConfig(
                base(settings.required(URL, "the address of the endpoint that embeds, without /embeddings")),
                settings.required(MODEL, "the name of the model at the endpoint that embeds"),
                settings.text(KEY).map(EndpointConfig::key),
                timeout,
                settings.millis("holdfast.memory.endpoint-wait-millis", waitDefault, timeout, WAIT_MAX),
                settings.integer("holdfast.memory.endpoint-texts", 64, 1, TEXTS_MAX),
                settings.integer("holdfast.memory.endpoint-requests", 4, 1, REQUESTS_MAX),
                settings.flag(DIMENSIONS, false));
    }

    private static URI base(String value) {
        try {
            URI uri = new URI(value);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            String host = String.valueOf(uri.getHost());
            // In clear only what does not leave the machine: texts and key are not for others.
            boolean isSafe = scheme.equals("https")
                    || (scheme.equals("http") && LOOPBACK.matcher(host).matches());
            if (isSafe
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException notAnAddress) {
            throw badBase(value, notAnAddress);
        }
        throw badBase(value, null);
    }

    private static IllegalArgumentException badBase(String value, @Nullable Throwable cause) {
        // A user and a password may stand before an @: a mistake to be told, but not with the password.
        String told = value.contains("@") ? "(hidden)" : value;
        return new IllegalArgumentException(
                "configuration " + URL + " = '" + told + "' is not allowed: it must be an address https://..., or"
                        + " http:// of this machine (localhost, 127.0.0.1, [::1]), without user, query and fragment",
                told.equals(value) ? cause : null);
    }

    private static ApiKey key(String value) {
        if (!TOKEN.matcher(value).matches()) {
            throw new IllegalArgumentException("configuration " + KEY
                    + " = '(hidden)' is not allowed: it must be 1 to 4096 visible ASCII characters without blanks");
        }
        return new ApiKey(value);
    }

    /** Where texts are sent to. */
    URI address() {
        String text = base.toString();
        return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + "/embeddings");
    }
}
