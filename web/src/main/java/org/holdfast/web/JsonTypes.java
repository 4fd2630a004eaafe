package org.holdfast.web;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.holdfast.json.JsonDocument;

/** How the API writes times (RFC 3339) and passes JSON through. The server has no module for {@code java.time}. */
final class JsonTypes {
    private static final int YEAR_MIN = 1;
    private static final int YEAR_MAX = 9999;

    private JsonTypes() {}

    static Module module() {
        return new SimpleModule("holdfast")
                .addSerializer(Instant.class, new InstantWriter())
                .addDeserializer(Instant.class, new InstantReader())
                .addSerializer(JsonDocument.class, new DocumentWriter())
                .addDeserializer(JsonDocument.class, new DocumentReader());
    }

    private static final class InstantWriter extends JsonSerializer<Instant> {
        @Override
        public void serialize(Instant time, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(time.toString());
        }
    }

    private static final class InstantReader extends StdDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return (Instant) context.handleUnexpectedToken(Instant.class, parser);
            }
            String text = parser.getText();
            try {
                OffsetDateTime time = OffsetDateTime.parse(text);
                if (time.getYear() >= YEAR_MIN && time.getYear() <= YEAR_MAX) {
                    return time.toInstant();
                }
            } catch (DateTimeException malformed) {
                return (Instant) context.handleWeirdStringValue(Instant.class, text, "not a time");
            }
            return (Instant) context.handleWeirdStringValue(Instant.class, text, "not a year that can be stored");
        }
    }

    private static final class DocumentWriter extends JsonSerializer<JsonDocument> {
        @Override
        public void serialize(JsonDocument document, JsonGenerator out, SerializerProvider provider)
                throws IOException {
            out.writeRawValue(document.text());
        }
    }

    private static final class DocumentReader extends JsonDeserializer<JsonDocument> {
        @Override
        public JsonDocument deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return new JsonDocument(context.readTree(parser).toString());
        }
    }
}
