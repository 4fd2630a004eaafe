package org.holdfast.failover;

import java.util.List;
import java.util.Optional;

/** Values of a row in the order of its columns. A column is missing where the server did not send its value. */
record SalvagedRow(List<SalvagedValue> values) {
    SalvagedRow {
        values = List.copyOf(values);
    }

    /** The values that identify the row; empty when the table has nothing that does. */
    Optional<SalvagedRow> key() {
        List<SalvagedValue> key =
                values.stream().filter(value -> value.column().isKey()).toList();
        return key.isEmpty() ? Optional.empty() : Optional.of(new SalvagedRow(key));
    }

    /** The value of a column that has this name and type and is not null. */
    Optional<String> text(String name, int typeId) {
        return values.stream()
                .filter(value ->
                        value.column().name().equals(name) && value.column().typeId() == typeId)
                .findFirst()
                .map(SalvagedValue::text);
    }
}
