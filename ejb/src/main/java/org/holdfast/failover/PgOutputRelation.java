package org.holdfast.failover;

import java.util.List;

/** A table as the server described it last. */
record PgOutputRelation(String schema, String table, List<SalvagedColumn> columns) {
    PgOutputRelation {
        columns = List.copyOf(columns);
    }
}
