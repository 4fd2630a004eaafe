package org.holdfast.cache;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.holdfast.cache.guard.Mark;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;
import org.jspecify.annotations.Nullable;

/**
 * The table in which transactions tell what Redis was not told, or not every Redis. A row is committed with the change that it
 * tells of, or not at all. Knows PostgreSQL: it reads without gaps by comparing snapshots, because transactions become
 * visible in another order than they began. Thread-safe; each connection is its caller's.
 */
final class Outbox {
    /** More that was not read yet is not read one by one. */
    static final int ROWS_MAX = 20_000;

    /**
     * One row.
     *
     * @param id unique
     * @param told the space of Redis that has confirmed it before the commit; null for none
     */
    record Row(UUID id, @Nullable String told, List<byte[]> messages) {}

    /** The rows that became visible since a mark, at most {@link #ROWS_MAX} and one. */
    record Answer(Mark mark, List<Row> rows) {
        boolean isTooMuch() {
            return rows.size() > ROWS_MAX;
        }
    }

    private final String insert;
    private final String mark;
    private final String select;
    private final String delete;

    Outbox(String table) {
        this.insert = "insert into " + table + " (id, xid, written_at, told, messages)"
                + " values (?, pg_current_xact_id(), clock_timestamp(), ?, ?)";
        String now = "pg_current_snapshot()::text, (extract(epoch from clock_timestamp()) * 1000)::bigint";
        this.mark = "select " + now;
        // One statement, so that the rows and the mark are of one snapshot.
        this.select = "select " + now + ", o.id, o.told, o.messages from (select) one left join"
                + " (select id, told, messages from " + table
                + " where xid >= pg_snapshot_xmin(?::pg_snapshot) and not pg_visible_in_snapshot(xid, ?::pg_snapshot)"
                + " order by xid limit " + (ROWS_MAX + 1) + ") o on true";
        this.delete = "delete from " + table + " where id in (select id from " + table
                + " where written_at < clock_timestamp() - ? * interval '1 ms'"
                + " order by xid limit ? for update skip locked)";
    }

    /** Writes a row in the connection's transaction. */
    void write(Connection connection, List<byte[]> messages, @Nullable String told) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setObject(1, UUID.randomUUID());
            statement.setString(2, told);
            statement.setBytes(3, coded(messages));
            statement.executeUpdate();
        }
    }

    /** What became visible since the mark; without one, nothing but the present mark. */
    Answer after(Connection connection, @Nullable Mark before) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(before == null ? mark : select)) {
            if (before != null) {
                statement.setString(1, before.snapshot());
                statement.setString(2, before.snapshot());
            }
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                Mark now = new Mark(result.getString(1), result.getLong(2));
                return new Answer(now, before == null ? List.of() : rows(result));
            }
        }
    }

    // The left join leaves one row without an id when there is nothing new.
    private static List<Row> rows(ResultSet result) throws SQLException {
        List<Row> rows = new ArrayList<>();
        do {
            UUID id = result.getObject(3, UUID.class);
            if (id != null) {
                rows.add(new Row(id, result.getString(4), decoded(result.getBytes(5))));
            }
        } while (result.next());
        return rows;
    }

    /**
     * Deletes old rows, oldest first. Those that another instance is just deleting are passed over.
     *
     * @return how many
     */
    int forget(Connection connection, long ageMillis, int rowsMax) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setLong(1, ageMillis);
            statement.setInt(2, rowsMax);
            return statement.executeUpdate();
        }
    }

    static byte[] coded(List<byte[]> messages) {
        ValueWriter out = new ValueWriter(false).count(messages.size());
        messages.forEach(out::blob);
        return out.toByteArray();
    }

    static List<byte[]> decoded(byte[] bytes) {
        ValueReader in = new ValueReader(bytes, 0);
        long count = in.count();
        List<byte[]> messages = new ArrayList<>();
        for (long each = 0; each < count; each++) {
            messages.add(in.blob());
        }
        return messages;
    }
}
