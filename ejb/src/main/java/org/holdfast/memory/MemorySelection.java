package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * A condition on memories, put together from fixed texts; what is not asked for is not in it, so that the planner does not
 * see it. Belongs to one statement.
 */
final class MemorySelection {
    static final String FROM =
            " from memory.memory m left join memory.conversation c on c.id = m.conversation_id where true";

    /** Has not expired. */
    static final String LIVING = " and (m.expires_at is null or m.expires_at > now())";

    /** Was not superseded. */
    static final String CURRENT = " and m.superseded_by is null";

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    private MemorySelection() {}

    static MemorySelection of(MemoryFilter scope) {
        MemorySelection selection = new MemorySelection();
        scope.agentId().ifPresent(agent -> selection.add(" and m.agent_id = ?", agent));
        scope.kind().ifPresent(kind -> selection.add(" and m.kind = ?", kind));
        scope.conversation().ifPresent(name -> selection.add(" and c.external_id = ?", name));
        scope.key().ifPresent(key -> selection.add(" and m.key = ?", key));
        return selection;
    }

    /** Without those that have expired, and those that were superseded unless these are wanted too. */
    void living(boolean withSuperseded) {
        sql.append(LIVING).append(withSuperseded ? "" : CURRENT);
    }

    void matching(MetadataFilter filter) {
        MetadataCondition condition = MetadataCondition.of(filter);
        sql.append(" and ").append(condition.sql());
        parameters.addAll(condition.parameters());
    }

    void among(Collection<UUID> ids) {
        add(" and m.id = any (?::uuid[])", ids.toArray(UUID[]::new));
    }

    void tagged(Collection<String> tags) {
        if (!tags.isEmpty()) {
            add(
                    " and m.id in (select mt.memory_id from memory.memory_tag mt join memory.tag t on t.id = mt.tag_id"
                            + " where t.name = any (?::text[])",
                    tags.toArray(String[]::new));
            add(" group by mt.memory_id having count(*) = ?)", tags.size());
        }
    }

    private void add(String condition, Object parameter) {
        sql.append(condition);
        parameters.add(parameter);
    }

    String where() {
        return sql.toString();
    }

    /** Binds the parameters from place {@code first} on; answers the place after them. */
    int bind(Connection connection, PreparedStatement statement, int first) throws SQLException {
        int at = first;
        for (Object parameter : parameters) {
            if (parameter instanceof UUID[] ids) {
                statement.setArray(at, connection.createArrayOf("uuid", ids));
            } else if (parameter instanceof String[] texts) {
                statement.setArray(at, connection.createArrayOf("text", texts));
            } else if (parameter instanceof List<?> documents) {
                statement.setArray(at, connection.createArrayOf("jsonb", documents.toArray()));
            } else {
                statement.setObject(at, parameter);
            }
            at++;
        }
        return at;
    }
}
