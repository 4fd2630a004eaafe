package org.holdfast.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A field of a PATCH, which may be left out, set to null, or set.
 *
 * @param isPresent whether the field was sent
 * @param value what it was set to; empty for null
 */
@JsonDeserialize(using = Patched.Reader.class)
public record Patched<T>(boolean isPresent, Optional<T> value) {
    /** A field that was not sent. */
    public static <T> Patched<T> absent() {
        return new Patched<>(false, Optional.empty());
    }

    static final class Reader extends JsonDeserializer<Patched<?>> implements ContextualDeserializer {
        private final @Nullable JavaType type;

        /** For Jackson. */
        Reader() {
            this(null);
        }

        private Reader(@Nullable JavaType type) {
            this.type = type;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
            JavaType patched = property == null ? context.getContextualType() : property.getType();
            return new Reader(patched.containedType(0));
        }

        @Override
        public Patched<?> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return new Patched<>(true, Optional.of(context.readValue(parser, type)));
        }

        @Override
        public Patched<?> getNullValue(DeserializationContext context) {
            return new Patched<>(true, Optional.empty());
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return absent();
        }
    }
}
