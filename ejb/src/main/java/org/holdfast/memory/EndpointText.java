package org.holdfast.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionException;
import org.jspecify.annotations.Nullable;

/** What is sent to an endpoint that embeds, and what its answers mean. Pure. */
final class EndpointText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WORDS_MAX = 300;

    private EndpointText() {}

    /** The body of a request. */
    static byte[] request(EndpointConfig config, List<String> texts) {
        ObjectNode body = JSON.createObjectNode();
        body.put("model", config.model());
        ArrayNode input = body.putArray("input");
        texts.forEach(input::add);
        body.put("encoding_format", "float");
        if (config.asksForDimensions()) {
            body.put("dimensions", config.dimensions());
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The vectors of an answer, made as long as 1, in the order of the texts.
     *
     * @throws RefusedException (unknown) when it is not a finite vector of the configured dimensions for each text
     */
    static List<float[]> vectors(EndpointConfig config, byte[] body, int texts) {
        JsonNode items = parsed(config, body).path("data");
        if (!items.isArray()) {
            throw strange("has no array 'data'; look at " + config.urlKey(), null);
        }
        if (items.size() != texts) {
            throw strange("has " + items.size() + " vectors for " + texts + " texts", null);
        }
        float[][] vectors = new float[texts][];
        for (JsonNode item : items) {
            JsonNode index = item.path("index");
            if (!index.isInt() || index.intValue() < 0 || index.intValue() >= texts) {
                throw strange("has a vector with the index " + shown(index) + " for " + texts + " texts", null);
            }
            if (vectors[index.intValue()] != null) {
                throw strange("has two vectors with the index " + index, null);
            }
            vectors[index.intValue()] = vector(config, item.path("embedding"));
        }
        return Arrays.asList(vectors);
    }

    private static JsonNode parsed(EndpointConfig config, byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException notJson) {
            throw strange("is not JSON; look at " + config.urlKey(), notJson);
        }
    }

    private static float[] vector(EndpointConfig config, JsonNode numbers) {
        if (!numbers.isArray()) {
            throw strange("has an 'embedding' that is not an array of numbers", null);
        }
        if (numbers.size() != config.dimensions()) {
            throw new RefusedException(
                    ErrorCategory.UNKNOWN,
                    "the model '" + config.model() + "' makes vectors of " + numbers.size() + " numbers; "
                            + config.dimensions() + " are needed: name one that makes such in " + config.modelKey()
                            + ", or set " + config.dimensionsKey() + " = true for one that can be asked for them");
        }
        double squares = 0;
        double[] given = new double[config.dimensions()];
        for (int i = 0; i < given.length; i++) {
            JsonNode number = numbers.get(i);
            if (!number.isNumber() || !Float.isFinite(number.floatValue())) {
                throw strange("has " + shown(number) + " in a vector, which is no finite number", null);
            }
            given[i] = number.doubleValue();
            squares += given[i] * given[i];
        }
        if (squares == 0) {
            throw strange("has a vector of zeros, which has no direction", null);
        }
        double length = Math.sqrt(squares);
        float[] vector = new float[given.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (given[i] / length);
        }
        return vector;
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "none" : cut(value.toString());
    }

    private static RefusedException strange(String how, @Nullable Throwable cause) {
        return new RefusedException(ErrorCategory.UNKNOWN, "the answer of the endpoint that embeds " + how, cause);
    }

    /** An answer that is too large to be read. */
    static RefusedException tooLarge(int bytesMax) {
        return strange("is larger than " + bytesMax + " bytes", null);
    }

    /**
     * What an answer with another status than 200 means for whoever wanted the vectors.
     *
     * @param body its beginning; told where it speaks of the texts, without the key
     */
    static SessionException failure(EndpointConfig config, int status, byte[] body) {
        String answered = "the endpoint that embeds answered " + status;
        return switch (status) {
            // Endpoints echo keys in these.
            case 401, 403 -> refused(answered + "; look at " + config.keyKey());
            case 404, 405 -> refused(answered + "; look at " + config.urlKey() + " and " + config.modelKey());
            case 400, 413, 422 ->
                new RefusedException(
                        ErrorCategory.VALIDATION,
                        answered + " to the text: " + words(config, body) + " (if it does so to every text, look at "
                                + config.modelKey() + " and " + config.dimensionsKey() + ")");
            default ->
                status == 429 || status >= 500
                        ? new NothingHappenedException(
                                ErrorCategory.CONNECTION, answered + ": nothing was embedded; try again later")
                        : refused(answered + "; look at " + config.urlKey());
        };
    }

    private static RefusedException refused(String message) {
        return new RefusedException(ErrorCategory.UNKNOWN, message);
    }

    private static String words(EndpointConfig config, byte[] body) {
        String said = message(body);
        String safe = config.key().map(key -> key.removedFrom(said)).orElse(said);
        return safe.isBlank() ? "(nothing)" : cut(safe.replaceAll("\\p{Cntrl}+", " "));
    }

    private static String message(byte[] body) {
        String all = new String(body, StandardCharsets.UTF_8);
        try {
            return JSON.readTree(body).path("error").path("message").asText(all);
        } catch (IOException notJson) {
            // Then it is in no form that anybody promised, and told as it is.
            return all;
        }
    }

    private static String cut(String text) {
        return text.length() > WORDS_MAX ? text.substring(0, WORDS_MAX) + "..." : text;
    }
}
