package org.holdfast.model;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/** A JSON text kept in a {@code jsonb} column. PostgreSQL checks that it is JSON and normalises it. */
@Converter
public final class JsonText implements AttributeConverter<@Nullable String, @Nullable Object> {
    @Override
    public @Nullable Object convertToDatabaseColumn(@Nullable String json) {
        PGobject column = new PGobject();
        column.setType("jsonb");
        try {
            column.setValue(json);
        } catch (SQLException impossible) {
            throw new IllegalStateException("a jsonb parameter takes any text", impossible);
        }
        return column;
    }

    @Override
    public @Nullable String convertToEntityAttribute(@Nullable Object column) {
        return column == null ? null : column.toString();
    }
}
