package org.holdfast.launcher;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/**
 * Checks one line of a turn file and turns it into a line of the batch call. Only the form is checked here, so that no
 * request is spent on a line that is no turn; limits of length and the like are the server's. Other fields are ignored.
 */
final class TurnLine {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private TurnLine() {}

    /** Says what is wrong with a line, in words for the person who made the file. */
    static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        InvalidException(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** The batch line, in UTF-8, without line feed. */
    static byte[] toMemory(byte[] line) throws InvalidException {
        JsonNode turn = parse(line);
        if (!turn.isObject()) {
            throw new InvalidException("not a JSON object");
        }
        ObjectNode memory = JSON.createObjectNode();
        memory.put("kind", "CONVERSATION");
        memory.put("conversation", text(turn, "conversation"));
        memory.put("turn", number(turn));
        memory.put("speaker", text(turn, "speaker"));
        memory.put("text", text(turn, "text"));
        if (turn.hasNonNull("at")) {
            memory.put("at", time(turn));
        }
        return memory.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode parse(byte[] line) throws InvalidException {
        try (JsonParser parser = JSON.createParser(line)) {
            JsonNode node = JSON.readTree(parser);
            if (node == null || parser.nextToken() != null) {
                throw new InvalidException("not one JSON object");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new InvalidException("not JSON: " + printable(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new InvalidException("not UTF-8: " + e.getMessage());
        }
    }

    // The parser quotes the line, whose bytes must not reach the terminal as commands, and gives advice to programmers.
    private static String printable(String message) {
        return message.lines()
                .findFirst()
                .orElse("")
                .replaceFirst(" \\(consider .*| in numeric value: .*|: was expecting .*", "")
                .replaceAll("\\p{Cntrl}", "?");
    }

    private static String text(JsonNode turn, String field) throws InvalidException {
        JsonNode value = turn.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new InvalidException("\"" + field + "\" is missing");
        }
        if (!value.isTextual()) {
            throw new InvalidException("\"" + field + "\" must be a string");
        }
        // Half a surrogate pair has no form in UTF-8: it would arrive as a question mark.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
            throw new InvalidException("\"" + field + "\" holds half a surrogate pair");
        }
        return value.textValue();
    }

    private static int number(JsonNode turn) throws InvalidException {
        JsonNode value = turn.path("turn");
        if (value.isMissingNode() || value.isNull()) {
            throw new InvalidException("\"turn\" is missing");
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
            throw new InvalidException("\"turn\" must be an integer from 0 to " + Integer.MAX_VALUE);
        }
        return value.intValue();
    }

    private static String time(JsonNode turn) throws InvalidException {
        String at = text(turn, "at");
        try {
            OffsetDateTime.parse(at);
            return at;
        } catch (DateTimeParseException e) {
            throw new InvalidException("\"at\" must be a time such as 2026-01-31T10:00:00Z");
        }
    }
}
