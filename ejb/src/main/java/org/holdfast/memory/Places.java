package org.holdfast.memory;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.holdfast.model.TenantEntity;

/**
 * Agents, conversations and tags by the names that callers have for them. Conversations and tags are made where they are
 * missing, always in the same order, so that two sessions that make the same ones wait for each other and never deadlock.
 */
final class Places {
    /** A conversation by its agent and the caller's own name for it. */
    record ConversationKey(UUID agentId, String externalId) implements Comparable<ConversationKey> {
        @Override
        public int compareTo(ConversationKey other) {
            int byAgent = agentId.compareTo(other.agentId);
            return byAgent == 0 ? externalId.compareTo(other.externalId) : byAgent;
        }
    }

    private Places() {}

    /** The agent that memories belong to when their writer names none. */
    static Optional<UUID> defaultAgent(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select id from memory.agent where is_default");
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
        }
    }

    /** Those of the agents that the tenant has. A foreign key would not tell: it sees every tenant's. */
    static Set<UUID> knownAgents(Connection connection, Collection<UUID> ids) throws SQLException {
        Set<UUID> known = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement("select id from memory.agent where id = any (?)")) {
            select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    known.add(row.getObject(1, UUID.class));
                }
            }
        }
        return known;
    }

    static Map<ConversationKey, UUID> conversations(
            Connection connection, UUID tenant, Collection<ConversationKey> wanted) throws SQLException {
        Map<ConversationKey, UUID> found = new TreeMap<>();
        List<ConversationKey> sorted = List.copyOf(new TreeSet<>(wanted));
        if (sorted.isEmpty()) {
            return found;
        }
        Array agents = connection.createArrayOf(
                "uuid", sorted.stream().map(ConversationKey::agentId).toArray());
        Array names = connection.createArrayOf(
                "text", sorted.stream().map(ConversationKey::externalId).toArray());
        find(connection, agents, names, found);
        if (found.size() < sorted.size()) {
            try (PreparedStatement insert = connection.prepareStatement("""
                    insert into memory.conversation (id, tenant_id, agent_id, external_id)
                    select n.id, ?, n.agent_id, n.external_id
                    from unnest(?::uuid[], ?::uuid[], ?::text[]) as n (id, agent_id, external_id)
                    on conflict (agent_id, external_id) do nothing""")) {
                insert.setObject(1, tenant);
                insert.setArray(2, newIds(connection, sorted.size()));
                insert.setArray(3, agents);
                insert.setArray(4, names);
                insert.executeUpdate();
            }
            find(connection, agents, names, found);
        }
        return found;
    }

    private static void find(Connection connection, Array agents, Array names, Map<ConversationKey, UUID> found)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select c.id, c.agent_id, c.external_id
                from unnest(?::uuid[], ?::text[]) as w (agent_id, external_id)
                join memory.conversation c on c.agent_id = w.agent_id and c.external_id = w.external_id""")) {
            select.setArray(1, agents);
            select.setArray(2, names);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.put(
                            new ConversationKey(row.getObject(2, UUID.class), row.getString(3)),
                            row.getObject(1, UUID.class));
                }
            }
        }
    }

    static Map<String, UUID> tags(Connection connection, UUID tenant, Collection<String> wanted) throws SQLException {
        Map<String, UUID> found = new HashMap<>();
        Object[] names = new TreeSet<>(wanted).toArray();
        if (names.length == 0) {
            return found;
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                        insert into memory.tag (id, tenant_id, name)
                        select n.id, ?, n.name from unnest(?::uuid[], ?::text[]) as n (id, name)
                        on conflict (tenant_id, name) do nothing""");
                PreparedStatement select =
                        connection.prepareStatement("select id, name from memory.tag where name = any (?)")) {
            insert.setObject(1, tenant);
            insert.setArray(2, newIds(connection, names.length));
            insert.setArray(3, connection.createArrayOf("text", names));
            insert.executeUpdate();
            select.setArray(1, connection.createArrayOf("text", names));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.put(row.getString(2), row.getObject(1, UUID.class));
                }
            }
        }
        return found;
    }

    private static Array newIds(Connection connection, int count) throws SQLException {
        Object[] ids = new Object[count];
        for (int i = 0; i < count; i++) {
            ids[i] = TenantEntity.newId();
        }
        return connection.createArrayOf("uuid", ids);
    }
}
