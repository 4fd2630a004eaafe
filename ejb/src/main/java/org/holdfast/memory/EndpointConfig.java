package org.holdfast.memory;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.holdfast.settings.Settings;
import org.holdfast.settings.VectorSettings;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that embeds, as OpenAI's does.
 *
 * @param keys what the names of its settings begin with
 * @param base the address that {@code /embeddings} is added to
 * @param model the name that the endpoint knows the model by
 * @param key sent as a bearer token; empty: none is sent
 * @param timeout how long one request may take, from its connection to the last byte of its answer
 * @param waitMax how long a caller waits in all: for a place, for the requests and between them
 * @param textsMax texts in one request
 * @param requestsMax requests at the same time
 * @param asksForDimensions whether the endpoint is asked to make the vectors that long
 * @param dimensions how many numbers a vector must have
 */
record EndpointConfig(
        String keys,
        URI base,
        String model,
        Optional<ApiKey> key,
        Duration timeout,
        Duration waitMax,
        int textsMax,
        int requestsMax,
        boolean asksForDimensions,
        int dimensions) {
    private static final String DIMENSIONS = "endpoint-dimensions";

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

    static EndpointConfig from(Settings settings, String keys) {
        Duration timeout = settings.millis(keys + "endpoint-timeout-millis", TIMEOUT_DEFAULT, TIMEOUT_MIN, WAIT_MAX);
        Duration waitDefault = timeout.compareTo(WAIT_DEFAULT) > 0 ? timeout : WAIT_DEFAULT;
        return new EndpointConfig(
                keys,
                base(urlKey(keys), settings.required(urlKey(keys), "the address of the endpoint, without /embeddings")),
                settings.required(modelKey(keys), "the name of the model at the endpoint that embeds"),
                settings.text(keyKey(keys)).map(value -> key(keyKey(keys), value)),
                timeout,
                settings.millis(keys + "endpoint-wait-millis", waitDefault, timeout, WAIT_MAX),
                settings.integer(keys + "endpoint-texts", 64, 1, TEXTS_MAX),
                settings.integer(keys + "endpoint-requests", 4, 1, REQUESTS_MAX),
                settings.flag(keys + DIMENSIONS, false),
                VectorSettings.dimensions(settings));
    }

    private static URI base(String setting, String value) {
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
            throw badBase(setting, value, notAnAddress);
        }
        throw badBase(setting, value, null);
    }

    private static IllegalArgumentException badBase(String setting, String value, @Nullable Throwable cause) {
        // A user and a password may stand before an @: a mistake to be told, but not with the password.
        String told = value.contains("@") ? "(hidden)" : value;
        return new IllegalArgumentException(
                "configuration " + setting + " = '" + told + "' is not allowed: it must be an address https://..., or"
                        + " http:// of this machine (localhost, 127.0.0.1, [::1]), without user, query and fragment",
                told.equals(value) ? cause : null);
    }

    private static ApiKey key(String setting, String value) {
        if (!TOKEN.matcher(value).matches()) {
            throw new IllegalArgumentException("configuration " + setting
                    + " = '(hidden)' is not allowed: it must be 1 to 4096 visible ASCII characters without blanks");
        }
        return new ApiKey(value);
    }

    private static String urlKey(String keys) {
        return keys + "endpoint-url";
    }

    private static String modelKey(String keys) {
        return keys + "endpoint-model";
    }

    private static String keyKey(String keys) {
        return keys + "endpoint-key";
    }

    /** The settings that failures name. */
    String urlKey() {
        return urlKey(keys);
    }

    String modelKey() {
        return modelKey(keys);
    }

    String keyKey() {
        return keyKey(keys);
    }

    String dimensionsKey() {
        return keys + DIMENSIONS;
    }

    /** Where texts are sent to. */
    URI address() {
        String text = base.toString();
        return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + "/embeddings");
    }
}
