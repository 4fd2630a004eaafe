package org.holdfast.it.bench.search;

import dev.langchain4j.data.embedding.Embedding;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.holdfast.it.bench.search.BigTenant.Stored;
import org.holdfast.launcher.NodeName;

/** Two hundred tenants who share the partitions with the big one: each has every two hundredth of its memories once more. */
final class ManyTenants {
    private static final int TENANTS = 200;
    private static final int TOLD_EVERY = 50;

    private final List<UUID> ids = new ArrayList<>();
    private final List<Stored> stored;

    private ManyTenants(List<Stored> stored) {
        this.stored = stored;
    }

    static ManyTenants made(PrintStream out, Databases databases, List<Stored> stored) throws SQLException {
        ManyTenants made = new ManyTenants(stored);
        try (Connection connection = databases.superuser(NodeName.PRIMARY)) {
            connection.setAutoCommit(false);
            for (int each = 0; each < TENANTS; each++) {
                made.add(connection, each);
                connection.commit();
                if (each % TOLD_EVERY == TOLD_EVERY - 1) {
                    out.println("  " + (each + 1) + " of " + TENANTS + " tenants");
                }
            }
        }
        databases.settle();
        return made;
    }

    UUID id(int number) {
        return ids.get(number);
    }

    int count() {
        return TENANTS;
    }

    /** The vector of one of a tenant's memories. */
    Embedding vector(int tenant, int random) {
        int own = (stored.size() - tenant - 1) / TENANTS + 1;
        return stored.get(tenant + TENANTS * (random % own)).vector();
    }

    private void add(Connection connection, int number) throws SQLException {
        UUID tenant = UUID.randomUUID();
        UUID agent = UUID.randomUUID();
        ids.add(tenant);
        change(connection, "insert into auth.tenant (id, name) values (?, ?)", tenant, "one of many " + tenant);
        change(connection, "insert into memory.agent (id, tenant_id, name) values (?, ?, 'the agent')", agent, tenant);
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into memory.memory (id, tenant_id, agent_id, kind, text, said_at, embedding)"
                        + " values (?, ?, ?, 'CONTEXT', ?, now(), ?::real[]::vector)")) {
            for (int i = number; i < stored.size(); i += TENANTS) {
                insert.setObject(1, UUID.randomUUID());
                insert.setObject(2, tenant);
                insert.setObject(3, agent);
                insert.setString(4, stored.get(i).text());
                insert.setObject(5, stored.get(i).vector().vector());
                insert.addBatch();
            }
            int[] unused = insert.executeBatch();
        }
    }

    private static void change(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement change = Databases.prepared(connection, sql, values)) {
            change.executeUpdate();
        }
    }
}
