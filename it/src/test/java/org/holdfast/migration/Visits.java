package org.holdfast.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.holdfast.jdbc.Database;

/** Counts in each parcel how often it was visited: what was read here is written back, so that a lost update would show too. */
final class Visits implements JavaChunk {
    static final String NAME = "visits";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void migrate(Connection connection, List<String> keys) throws SQLException {
        Map<Long, Integer> visits = new HashMap<>();
        Database.all(
                connection,
                row -> visits.put(row.getLong(1), row.getInt(2)),
                "select id, visits from memory.parcel where id = any (?::bigint[])",
                keys);
        try (PreparedStatement update =
                connection.prepareStatement("update memory.parcel set visits = ? where id = ?")) {
            for (Map.Entry<Long, Integer> each : visits.entrySet()) {
                update.setInt(1, each.getValue() + 1);
                update.setLong(2, each.getKey());
                update.addBatch();
            }
            update.executeBatch();
        }
    }
}
