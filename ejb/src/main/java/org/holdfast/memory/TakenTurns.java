package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks up which turns are stored already, before anything is embedded for them. */
final class TakenTurns {
    private static final String SELECT = """
            select w.n::integer
            from unnest(?::uuid[], ?::text[], ?::integer[]) with ordinality as w (agent_id, external_id, turn, n)
            join memory.conversation c on c.agent_id = w.agent_id and c.external_id = w.external_id
            join memory.memory m on m.conversation_id = c.id and m.turn = w.turn""";

    private TakenTurns() {}

    static Set<BatchChunk.Turn> among(Connection connection, List<BatchChunk.Turn> wanted) throws SQLException {
        Set<BatchChunk.Turn> taken = new HashSet<>();
        if (wanted.isEmpty()) {
            return taken;
        }
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid",
                            wanted.stream()
                                    .map(turn -> turn.conversation().agentId())
                                    .toArray()));
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            wanted.stream()
                                    .map(turn -> turn.conversation().externalId())
                                    .toArray()));
            select.setArray(
                    3,
                    connection.createArrayOf(
                            "integer",
                            wanted.stream().map(BatchChunk.Turn::number).toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    taken.add(wanted.get(row.getInt(1) - 1));
                }
            }
        }
        return taken;
    }
}
