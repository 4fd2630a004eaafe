package org.holdfast.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.holdfast.jdbc.Database;

/** Labels each tag with its name the other way round, and counts how often it was done. What happens then, a test says. */
final class ReversedNames implements JavaChunk {
    static final String FILE = "-- holdfast: data table=memory.tag key=id chunk=100 java=reversed-names\n";

    private final Then then;
    private int chunks;

    /** What happens when the rows of a chunk are changed, and nothing is committed. */
    interface Then {
        void after(int chunk, Connection connection, List<String> keys) throws SQLException;
    }

    ReversedNames(Then then) {
        this.then = then;
    }

    @Override
    public String name() {
        return "reversed-names";
    }

    @Override
    public void migrate(Connection connection, List<String> keys) throws SQLException {
        Map<String, String> names = new TreeMap<>();
        Database.all(
                connection,
                row -> names.put(row.getString(1), row.getString(2)),
                "select id, name from memory.tag where id = any (?::uuid[])",
                keys);
        try (PreparedStatement update = connection.prepareStatement(
                "update memory.tag set label = ?, touched = touched + 1 where id = ?::uuid")) {
            for (Map.Entry<String, String> name : names.entrySet()) {
                update.setString(1, new StringBuilder(name.getValue()).reverse().toString());
                update.setString(2, name.getKey());
                update.addBatch();
            }
            update.executeBatch();
        }
        chunks++;
        then.after(chunks, connection, keys);
    }
}
