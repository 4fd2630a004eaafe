package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.document.Metadata;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * LangChain4j's metadata as JSON and back. Numbers keep their value, not their type: whole ones come back as Integer or Long,
 * others as Double; a UUID comes back as its text. Metadata's own getters give each as what is asked for.
 */
final class MetadataJson {
    /** Where this client keeps what is its own; not for applications. */
    static final String OWN = "holdfast";

    private MetadataJson() {}

    static ObjectNode write(Metadata metadata) {
        ObjectNode json = Http.JSON.createObjectNode();
        metadata.toMap().forEach((key, value) -> {
            if (key.equals(OWN)) {
                throw new IllegalArgumentException("the metadata key '" + OWN + "' is taken");
            }
            json.set(key, value(key, value));
        });
        return json;
    }

    /**
     * A value of metadata or of a comparison.
     *
     * @throws IllegalArgumentException when JSON cannot say it
     */
    static JsonNode value(String key, Object value) {
        if (value instanceof String || value instanceof UUID) {
            return JsonNodeFactory.instance.textNode(value.toString());
        }
        if (value instanceof Boolean truth) {
            return JsonNodeFactory.instance.booleanNode(truth);
        }
        if (value instanceof Number number) {
            try {
                return DecimalNode.valueOf(new BigDecimal(number.toString()));
            } catch (NumberFormatException notFinite) {
                throw new IllegalArgumentException("the value of '" + key + "' is " + value, notFinite);
            }
        }
        throw new IllegalArgumentException("the value of '" + key + "' is of " + value.getClass());
    }

    static Metadata read(JsonNode json) {
        Map<String, Object> values = new LinkedHashMap<>();
        json.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (!field.getKey().equals(OWN) && !field.getKey().isBlank() && !value.isNull()) {
                values.put(field.getKey(), plain(value));
            }
        });
        return Metadata.from(values);
    }

    // What others stored may be of any form; Metadata takes texts and numbers alone.
    private static Object plain(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (!value.isNumber()) {
            return value.toString();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            return value.doubleValue();
        }
        if (value.canConvertToInt()) {
            return value.intValue();
        }
        return value.longValue();
    }
}
