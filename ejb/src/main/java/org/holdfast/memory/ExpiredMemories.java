package org.holdfast.memory;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.holdfast.cache.QueryTag;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.SessionOptions;
import org.holdfast.repository.Parts;
import org.holdfast.repository.RepositoryFactory;

/**
 * Memories that have expired, which are in no answer any more. Each tenant's are removed in sessions of its own, as it would
 * remove them itself, so that tags, cache and trail know of it.
 */
@Dependent
class ExpiredMemories {
    private static final int TENANTS_MAX = 100;
    // As many rows as one transaction removes without holding others up for long.
    private static final int ROWS_MAX = 500;
    private static final int CHUNKS_MAX = 100;

    private final ConnectionManager connections;
    private final RepositoryFactory repositories;

    @Inject
    ExpiredMemories(ConnectionManager connections, RepositoryFactory repositories) {
        this.connections = connections;
        this.repositories = repositories;
    }

    /** Removes them, at most {@value #CHUNKS_MAX} times {@value #ROWS_MAX} of each of {@value #TENANTS_MAX} tenants; tells how many. */
    int remove() {
        List<UUID> tenants = connections.write(
                SessionOptions.anonymous(), session -> JdbcWork.run(session, ExpiredMemories::tenants));
        int removed = 0;
        for (UUID tenant : tenants) {
            for (int chunk = 0; chunk < CHUNKS_MAX; chunk++) {
                int rows = connections.write(SessionOptions.system(tenant), this::removeSome);
                removed += rows;
                if (rows < ROWS_MAX) {
                    break;
                }
            }
        }
        return removed;
    }

    private int removeSome(EntityManager session) {
        Map<UUID, UUID> agents = JdbcWork.run(session, ExpiredMemories::agentsByMemory);
        if (agents.isEmpty()) {
            return 0;
        }
        repositories.changed(
                session,
                agents.values().stream().distinct().map(Parts::memoriesOf).toArray(QueryTag[]::new));
        session.createQuery("delete from Memory m where m.id in :ids")
                .setParameter("ids", List.copyOf(agents.keySet()))
                .executeUpdate();
        JdbcWork.run(session, connection -> MemoryVectors.forget(connection, agents.keySet()));
        return agents.size();
    }

    private static List<UUID> tenants(Connection connection) throws SQLException {
        List<UUID> tenants = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("select t from memory.tenants_with_expired(?) t order by t")) {
            select.setInt(1, TENANTS_MAX);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    tenants.add(row.getObject(1, UUID.class));
                }
            }
        }
        return tenants;
    }

    // Those that another instance, or a caller who writes them anew, has at hand are passed over.
    private static Map<UUID, UUID> agentsByMemory(Connection connection) throws SQLException {
        Map<UUID, UUID> agents = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select m.id, m.agent_id from memory.memory m where m.expires_at <= now() order by m.expires_at limit ?"
                        + " for update skip locked")) {
            select.setInt(1, ROWS_MAX);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    agents.put(row.getObject(1, UUID.class), row.getObject(2, UUID.class));
                }
            }
        }
        return agents;
    }
}
