package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;

/**
 * What is noted of memories' vectors beside them: which ones callers brought. Such a vector is of a model that only its caller knows,
 * so it stays when this system's own are replaced by those of another model.
 */
final class MemoryVectors {
    /** That a memory {@code m} has a vector that a caller brought; by the vector, which may have been replaced since. */
    static final String IS_GIVEN = "exists (select from memory.given_embedding g where g.tenant_id = m.tenant_id"
            + " and g.memory_id = m.id and g.of_vector = md5(public.vector_send(m.embedding))::uuid)";

    private static final String GIVEN = """
            insert into memory.given_embedding (tenant_id, memory_id, of_vector)
            select m.tenant_id, m.id, md5(public.vector_send(m.embedding))::uuid
            from memory.memory m where m.id = any (?::uuid[]) order by m.id
            on conflict (tenant_id, memory_id) do update set of_vector = excluded.of_vector""";
    // One statement: a removal is asked for often, and notes are few.
    private static final String FORGET = """
            with g as (delete from memory.given_embedding where memory_id = any (?::uuid[]))
            delete from memory.next_embedding where memory_id = any (?::uuid[])""";

    private MemoryVectors() {}

    /** The vectors that these memories have now are callers' own. Tells how many. */
    static int given(Connection connection, Collection<UUID> memories) throws SQLException {
        if (memories.isEmpty()) {
            return 0;
        }
        try (PreparedStatement insert = connection.prepareStatement(GIVEN)) {
            insert.setArray(1, connection.createArrayOf("uuid", memories.toArray()));
            return insert.executeUpdate();
        }
    }

    /** These memories are removed. Tells how many vectors of another model were waiting for them. */
    static int forget(Connection connection, Collection<UUID> memories) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
            delete.setArray(1, connection.createArrayOf("uuid", memories.toArray()));
            delete.setArray(2, connection.createArrayOf("uuid", memories.toArray()));
            return delete.executeUpdate();
        }
    }
}
