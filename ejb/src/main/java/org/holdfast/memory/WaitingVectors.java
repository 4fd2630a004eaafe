package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Vectors of the model that is to take the place, beside the memories that they are for. One counts as long as its memory says what it
 * is of. Everything is of one tenant, in the order of its memories' keys.
 */
final class WaitingVectors {
    /** Before every key. */
    static final UUID FIRST = new UUID(0, 0);

    private static final String WINDOW = """
            select m.id, m.said_at, m.created_at, md5(m.text)::uuid, case when w.is_missing then m.text end
            from memory.memory m
                 cross join lateral (
                     select not exists (select from memory.next_embedding e where e.tenant_id = m.tenant_id
                                        and e.memory_id = m.id and e.model = ? and e.of_text = md5(m.text)::uuid)
                            and not %s as is_missing) w
            where m.tenant_id = ? and m.id > ? order by m.id limit ?""".formatted(MemoryVectors.IS_GIVEN);
    private static final String ADD = """
            insert into memory.next_embedding (tenant_id, memory_id, model, of_text, embedding)
            select ?, r.id, ?, r.of_text, %s
            from unnest(?::uuid[], ?::uuid[]) with ordinality as r (id, of_text, n)
            on conflict (tenant_id, memory_id) do update
            set model = excluded.model, of_text = excluded.of_text, embedding = excluded.embedding""";
    // Locked before anything is compared: what the update sees is what is there.
    private static final String LOCK = """
            select m.id, m.agent_id
            from memory.next_embedding e join memory.memory m on m.tenant_id = e.tenant_id and m.id = e.memory_id
            where e.tenant_id = ? and e.memory_id > ? and e.model = ? order by e.memory_id limit ? for no key update of m""";
    private static final String PUT_IN_PLACE = """
            update memory.memory m set embedding = e.embedding
            from memory.next_embedding e
            where m.tenant_id = ? and m.id = any (?::uuid[]) and e.tenant_id = m.tenant_id and e.memory_id = m.id
              and e.model = ? and e.of_text = md5(m.text)::uuid and m.embedding <> e.embedding and not %s""".formatted(MemoryVectors.IS_GIVEN);

    private WaitingVectors() {}

    /** A memory without such a vector. */
    record Missing(UUID memory, UUID ofText, String text) {}

    /**
     * Some memories one after the other.
     *
     * @param last the last one's key; empty when there was none
     * @param memories how many there were
     */
    record Window(Optional<UUID> last, int memories, List<Missing> missing) {}

    /**
     * Some memories that have their new vectors now.
     *
     * @param changed how many of them had others before
     * @param agents whose they are
     */
    record Placed(Optional<UUID> last, int memories, int changed, Set<UUID> agents) {}

    static Window window(Connection connection, UUID tenant, String model, UUID after, int max) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(WINDOW)) {
            select.setString(1, model);
            select.setObject(2, tenant);
            select.setObject(3, after);
            select.setInt(4, max);
            Optional<UUID> last = Optional.empty();
            int memories = 0;
            List<Missing> missing = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    UUID memory = row.getObject(1, UUID.class);
                    String text = row.getString(5);
                    last = Optional.of(memory);
                    memories++;
                    if (text != null) {
                        missing.add(new Missing(
                                memory,
                                row.getObject(4, UUID.class),
                                EmbeddedText.of(
                                        text,
                                        row.getObject(2, OffsetDateTime.class).toInstant(),
                                        row.getObject(3, OffsetDateTime.class).toInstant())));
                    }
                }
            }
            return new Window(last, memories, missing);
        }
    }

    /** Keeps vectors, in the order of the memories. Tells how many. */
    static int add(Connection connection, UUID tenant, String model, List<Missing> memories, List<float[]> vectors)
            throws SQLException {
        VectorArray all = new VectorArray(vectors);
        ArrayColumns<Missing> columns = new ArrayColumns<>(connection, memories);
        try (PreparedStatement insert = connection.prepareStatement(ADD.formatted(all.ofRow()))) {
            insert.setObject(1, tenant);
            insert.setString(2, model);
            insert.setObject(3, all.numbers());
            insert.setArray(4, columns.of("uuid", Missing::memory));
            insert.setArray(5, columns.of("uuid", Missing::ofText));
            return insert.executeUpdate();
        }
    }

    /** Gives some memories their new vectors; those that have them, or say something else by now, stay as they are. */
    static Placed putInPlace(Connection connection, UUID tenant, String model, UUID after, int max)
            throws SQLException {
        List<UUID> memories = new ArrayList<>();
        Set<UUID> agents = new HashSet<>();
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setObject(1, tenant);
            lock.setObject(2, after);
            lock.setString(3, model);
            lock.setInt(4, max);
            try (ResultSet row = lock.executeQuery()) {
                while (row.next()) {
                    memories.add(row.getObject(1, UUID.class));
                    agents.add(row.getObject(2, UUID.class));
                }
            }
        }
        if (memories.isEmpty()) {
            return new Placed(Optional.empty(), 0, 0, agents);
        }
        int changed = update(connection, tenant, model, memories);
        return new Placed(Optional.of(memories.get(memories.size() - 1)), memories.size(), changed, agents);
    }

    private static int update(Connection connection, UUID tenant, String model, Collection<UUID> memories)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(PUT_IN_PLACE)) {
            update.setObject(1, tenant);
            update.setArray(2, connection.createArrayOf("uuid", memories.toArray()));
            update.setString(3, model);
            return update.executeUpdate();
        }
    }
}
