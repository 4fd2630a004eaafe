package org.holdfast.model.memory;

import com.pgvector.PGvector;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A {@code float[]} kept in a {@code vector} column. */
@Converter
public final class Embedding implements AttributeConverter<float @Nullable [], @Nullable Object> {
    @Override
    public @Nullable Object convertToDatabaseColumn(float @Nullable [] vector) {
        return vector == null ? null : new PGvector(vector);
    }

    @Override
    public float @Nullable [] convertToEntityAttribute(@Nullable Object column) {
        if (column == null) {
            return null;
        }
        try {
            return new PGvector(column.toString()).toArray();
        } catch (SQLException malformed) {
            throw new IllegalArgumentException("not a vector: " + column, malformed);
        }
    }
}
