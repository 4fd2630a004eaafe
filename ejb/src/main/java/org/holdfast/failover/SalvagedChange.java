package org.holdfast.failover;

import java.util.Optional;

/**
 * What a transaction did to one row, or to a table as a whole.
 *
 * @param key the row's identity before the change; empty for a truncation, and for a table without an identity
 * @param before the whole row before an update or deletion, which the server sends only for tables whose replica identity
 *     is the whole row
 * @param after the row after an insertion or update; without the large values that an update left as they were
 */
record SalvagedChange(
        String schema,
        String table,
        Operation operation,
        Optional<SalvagedRow> key,
        Optional<SalvagedRow> before,
        Optional<SalvagedRow> after) {

    enum Operation {
        INSERT,
        UPDATE,
        DELETE,
        TRUNCATE
    }
}
