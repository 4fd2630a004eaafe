package org.holdfast.cache.row;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/** The driver's values of types that JDBC does not know, such as jsonb. Only loaded where the driver is there. */
final class PostgresValues {
    static final String CLASS = "org.postgresql.util.PGobject";

    // Large, and compared by the database alone.
    private static final Set<String> VECTORS = Set.of("vector", "halfvec", "sparsevec");

    private PostgresValues() {}

    static void write(ValueWriter out, Object value, boolean takesVectors) {
        PGobject object = (PGobject) value;
        if (!takesVectors && VECTORS.contains(object.getType())) {
            throw new UncodableValueException("a " + object.getType() + ", which is not cached unless asked for");
        }
        out.value(object.getType()).value(object.getValue());
    }

    static Object read(@Nullable Object type, @Nullable Object text) {
        PGobject object = new PGobject();
        object.setType(String.valueOf(type));
        try {
            object.setValue((String) text);
        } catch (SQLException impossible) {
            throw new IllegalStateException("a plain driver value takes any text", impossible);
        }
        return object;
    }
}
