package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/** Reads memories as callers see them: with the names of conversation and tags, without the vector, in one statement. */
final class MemoryReader {
    private static final String COLUMNS = """
            select m.id, m.agent_id, m.kind, m.text, c.external_id, m.turn, m.speaker, m.said_at, m.metadata::text,
                   m.version, m.created_at, m.updated_at,
                   array(select t.name from memory.memory_tag mt join memory.tag t on t.id = mt.tag_id
                         where mt.memory_id = m.id order by t.name),
                   m.key, m.occurrences, m.expires_at, coalesce(m.valid_from, m.said_at), m.valid_until, m.superseded_by
            """;
    private static final String FROM =
            " from memory.memory m left join memory.conversation c on c.id = m.conversation_id ";

    private MemoryReader() {}

    /** Those of the memories that are there and have not expired, in the order of their keys; superseded ones too. */
    static List<MemoryView> byIds(Connection connection, List<UUID> ids) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS
                + " from unnest(?::uuid[]) with ordinality as w (id, n) join memory.memory m on m.id = w.id"
                + " left join memory.conversation c on c.id = m.conversation_id where true" + MemorySelection.LIVING
                + " order by w.n")) {
            select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            return read(select);
        }
    }

    /** The turns next to others in their conversations, and those that are next to one another. */
    static List<MemoryView> around(Connection connection, List<UUID> turns) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + FROM
                + "where m.id in (select n.id from memory.memory t join memory.memory n"
                + " on n.conversation_id = t.conversation_id and n.turn in (t.turn - 1::bigint, t.turn + 1::bigint)"
                + " where t.id = any (?::uuid[]))")) {
            select.setArray(1, connection.createArrayOf("uuid", turns.toArray()));
            return read(select);
        }
    }

    /** The memory under a key, whether it has expired or not. */
    static Optional<UUID> underKey(Connection connection, UUID agent, String key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select m.id from memory.memory m where m.agent_id = ? and m.key = ?" + MemorySelection.CURRENT)) {
            select.setObject(1, agent);
            select.setString(2, key);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
            }
        }
    }

    /**
     * A page of a list: of a conversation by turns, else by keys, which grow with time.
     *
     * @param withSuperseded whether memories are in it too that others have superseded
     */
    static List<MemoryView> page(
            Connection connection,
            MemoryFilter filter,
            boolean withSuperseded,
            MemoryOrder order,
            Optional<MemoryPosition> after,
            int max)
            throws SQLException {
        boolean isNewestFirst = order == MemoryOrder.newest;
        String beyond = isNewestFirst ? " < " : " > ";
        String direction = isNewestFirst ? " desc" : "";
        // Only fixed texts are put together, so that the planner sees no condition that is not asked for.
        StringBuilder sql = new StringBuilder(COLUMNS)
                .append(FROM)
                .append("where true")
                .append(MemorySelection.LIVING)
                .append(withSuperseded ? "" : MemorySelection.CURRENT);
        List<Object> values = new ArrayList<>();
        filter.agentId().ifPresent(agent -> add(sql, values, " and m.agent_id = ?", agent));
        filter.kind().ifPresent(kind -> add(sql, values, " and m.kind = ?", kind));
        filter.key().ifPresent(key -> add(sql, values, " and m.key = ?", key));
        if (filter.conversation().isPresent()) {
            add(sql, values, " and c.external_id = ?", filter.conversation().get());
            after.ifPresent(position -> {
                add(sql, values, " and (coalesce(m.turn, 2147483647), m.id)" + beyond + "(?, ?)", position.turn());
                values.add(position.id());
            });
            sql.append(" order by coalesce(m.turn, 2147483647)" + direction + ", m.id" + direction);
        } else {
            after.ifPresent(position -> add(sql, values, " and m.id" + beyond + "?", position.id()));
            sql.append(" order by m.id" + direction);
        }
        add(sql, values, " limit ?", max);
        try (PreparedStatement select = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < values.size(); i++) {
                select.setObject(i + 1, values.get(i));
            }
            return read(select);
        }
    }

    /** The keys of memories and their agents', in the order of their list. */
    static Map<UUID, UUID> agentsOf(Connection connection, MemorySelection selection, MemoryOrder order, int max)
            throws SQLException {
        String sorted =
                order == MemoryOrder.newest ? " order by m.id desc" : " order by coalesce(m.turn, 2147483647), m.id";
        try (PreparedStatement select = connection.prepareStatement(
                "select m.id, m.agent_id" + MemorySelection.FROM + selection.where() + sorted + " limit ?")) {
            int next = selection.bind(connection, select, 1);
            select.setInt(next, max);
            Map<UUID, UUID> agents = new LinkedHashMap<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    agents.put(row.getObject(1, UUID.class), row.getObject(2, UUID.class));
                }
            }
            return agents;
        }
    }

    private static void add(StringBuilder sql, List<Object> values, String condition, Object value) {
        sql.append(condition);
        values.add(value);
    }

    private static List<MemoryView> read(PreparedStatement select) throws SQLException {
        List<MemoryView> found = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(view(row));
            }
        }
        return found;
    }

    private static MemoryView view(ResultSet row) throws SQLException {
        int turn = row.getInt(6);
        @Nullable Integer turnOrNull = row.wasNull() ? null : turn;
        return new MemoryView(
                row.getObject(1, UUID.class),
                row.getObject(2, UUID.class),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                turnOrNull,
                row.getString(7),
                time(row, 8),
                List.of((String[]) row.getArray(13).getArray()),
                new JsonDocument(row.getString(9)),
                row.getLong(10),
                time(row, 11),
                time(row, 12),
                row.getString(14),
                row.getInt(15),
                timeOrNull(row, 16),
                time(row, 17),
                timeOrNull(row, 18),
                row.getObject(19, UUID.class));
    }

    private static @Nullable Instant timeOrNull(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
