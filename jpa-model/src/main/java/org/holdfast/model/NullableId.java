package org.holdfast.model;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/** A {@code uuid} column that may be null, with which EclipseLink's own conversion fails. */
@Converter
public final class NullableId implements AttributeConverter<@Nullable UUID, @Nullable Object> {
    @Override
    public @Nullable Object convertToDatabaseColumn(@Nullable UUID id) {
        PGobject column = new PGobject();
        column.setType("uuid");
        try {
            column.setValue(id == null ? null : id.toString());
        } catch (SQLException impossible) {
            throw new IllegalStateException("a uuid parameter takes any text", impossible);
        }
        return column;
    }

    @Override
    public @Nullable UUID convertToEntityAttribute(@Nullable Object column) {
        String text = column == null ? null : column.toString();
        // A null that was written, and not read again, is still a value of its type.
        return text == null ? null : UUID.fromString(text);
    }
}
