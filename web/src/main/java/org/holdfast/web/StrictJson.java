package org.holdfast.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * JSON in and out of the API. Reading refuses what most readers let pass: fields that nobody knows or that come twice, a
 * number in place of a text and the other way round, a second value after the first, characters that PostgreSQL cannot
 * store. A refusal is a 400 that names the field. Thread-safe.
 */
public final class StrictJson {
    private static final int DEPTH_MAX = 64;
    private static final int NUMBER_CHARS_MAX = 100;
    private static final ObjectMapper MAPPER = mapper();

    private StrictJson() {}

    /**
     * Reads one value from UTF-8.
     *
     * @throws ProblemException (400) when it is not JSON or not what {@code type} wants
     */
    public static <T> T read(byte[] json, Class<T> type) {
        return type.cast(read(json, (Type) type));
    }

    static Object read(byte[] json, Type type) {
        String text = decode(json);
        checkText(text);
        try {
            Object value = MAPPER.readValue(text, MAPPER.constructType(type));
            if (value == null) {
                throw ProblemException.badRequest("the body is null");
            }
            return value;
        } catch (JsonProcessingException refused) {
            throw ProblemException.badRequest(describe(refused));
        }
    }

    /** Writes a value as UTF-8 and leaves the stream open. */
    public static void write(Object value, OutputStream out) throws IOException {
        MAPPER.writeValue(out, value);
    }

    // Before the binding, because the binding sees neither the names of free-form objects nor what it skips.
    private static void checkText(String json) {
        try (JsonParser parser = MAPPER.createParser(json)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw ProblemException.badRequest("the body is empty; a JSON value is needed");
            }
            int values = 0;
            while (token != null) {
                if (parser.getParsingContext().inRoot() && ++values > 1) {
                    throw ProblemException.badRequest("there is more than one JSON value");
                }
                if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
                    checkCharacters(parser);
                }
                token = parser.nextToken();
            }
        } catch (IOException refused) {
            throw ProblemException.badRequest(
                    refused instanceof JsonProcessingException syntax ? describe(syntax) : "the body is not JSON");
        }
    }

    private static void checkCharacters(JsonParser parser) throws IOException {
        String text = parser.getText();
        for (int i = 0; i < text.length(); i++) {
            char at = text.charAt(i);
            if (at == 0) {
                throw ProblemException.badRequest(
                        where(parser) + " contains the character U+0000, which cannot be stored");
            }
            if (Character.isSurrogate(at)) {
                if (!Character.isHighSurrogate(at)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw ProblemException.badRequest(String.format(
                            Locale.ROOT, "%s contains half a surrogate pair, U+%04X", where(parser), (int) at));
                }
                i++;
            }
        }
    }

    private static String where(JsonParser parser) {
        if (parser.currentToken() == JsonToken.FIELD_NAME) {
            return "a field's name";
        }
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        return pointer.isEmpty() ? "the body" : "field '" + pointer.substring(1).replace('/', '.') + "'";
    }

    private static String decode(byte[] json) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw ProblemException.badRequest("the body is not UTF-8");
        }
    }

    private static String describe(JsonProcessingException refused) {
        if (refused instanceof StreamConstraintsException) {
            return "the JSON is nested deeper than " + DEPTH_MAX + ", or has a number of more than " + NUMBER_CHARS_MAX
                    + " characters";
        }
        if (refused instanceof UnrecognizedPropertyException unknown) {
            return field(unknown) + " is not known here; known are " + names(unknown.getKnownPropertyIds());
        }
        if (refused instanceof ValueInstantiationException && refused.getCause() instanceof ProblemException check) {
            return check.problem().detail();
        }
        if (refused instanceof InvalidFormatException format
                && format.getTargetType().isEnum()) {
            return field(format) + " must be one of "
                    + Arrays.toString(format.getTargetType().getEnumConstants());
        }
        if (refused instanceof MismatchedInputException mismatch) {
            return field(mismatch) + " must be " + describe(mismatch.getTargetType());
        }
        String at = refused.getLocation() == null
                ? ""
                : " at line " + refused.getLocation().getLineNr() + ", column "
                        + refused.getLocation().getColumnNr();
        return "not JSON" + at + ": "
                + refused.getOriginalMessage().lines().findFirst().orElse("");
    }

    private static String field(JsonMappingException refused) {
        String path = refused.getPath().stream()
                .map(step -> step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "the body" : "field '" + path + "'";
    }

    private static String names(Collection<Object> known) {
        return known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String describe(Class<?> type) {
        if (type == String.class) {
            return "a text";
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number" + (type == int.class || type == Integer.class ? " of at most 32 bits" : "");
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == UUID.class) {
            return "a UUID";
        }
        if (type == Instant.class) {
            return "a time such as 2026-01-31T10:00:00Z";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "a number";
        }
        return Collection.class.isAssignableFrom(type) || type.isArray() ? "an array" : "an object";
    }

    private static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH_MAX)
                        .maxNumberLength(NUMBER_CHARS_MAX)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfigDefaults(
                        config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.EmptyArray, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Textual,
                        config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .addModule(JsonTypes.module())
                .build();
    }
}
