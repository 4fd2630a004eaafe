package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Memories that say what another one of the same agent, kind and conversation says: found again, and counted. */
final class RepeatedMemories {
    // Locked in the order of their keys, so that two sessions that count the same ones never deadlock.
    private static final String FIND = """
            select w.id, m.id, m.text = w.text, coalesce(m.expires_at <= now(), false)
            from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[])
                     as w (id, counted_as, agent_id, kind, conversation, text)
                 left join memory.conversation c on c.agent_id = w.agent_id and c.external_id = w.conversation
                 join memory.memory m on m.counted_as = w.counted_as and m.agent_id = w.agent_id and m.kind = w.kind
                                         and m.conversation_id is not distinct from c.id
            where m.tenant_id = ? and m.counted_as is not null and m.superseded_by is null
            order by m.id for no key update of m""";
    // It lives as long as the longest of those who said it wants.
    private static final String COUNT = """
            update memory.memory m
            set occurrences = m.occurrences + l.times, expires_at = l.expires_at,
                version = m.version + case when m.expires_at is distinct from l.expires_at then 1 else 0 end,
                updated_at = case when m.expires_at is distinct from l.expires_at then ?::timestamptz else m.updated_at end
            from (select r.id, r.times,
                         case when r.expires_at is null or o.expires_at is null then null
                              else greatest(r.expires_at::timestamptz, o.expires_at) end as expires_at
                  from unnest(?::uuid[], ?::integer[], ?::text[]) as r (id, times, expires_at)
                       join memory.memory o on o.id = r.id) l
            where m.id = l.id""";

    private RepeatedMemories() {}

    /**
     * What is under the digests of some memories, locked.
     *
     * @param same by the key of who says it again, the one that says it
     * @param expired those that have expired, and are still there
     * @param others those that say something else
     */
    record Found(Map<UUID, UUID> same, Set<UUID> expired, Set<UUID> others) {}

    static Found find(Connection connection, UUID tenant, List<NewMemory> repeats) throws SQLException {
        Found found = new Found(new HashMap<>(), new HashSet<>(), new HashSet<>());
        ArrayColumns<NewMemory> columns = new ArrayColumns<>(connection, repeats);
        try (PreparedStatement select = connection.prepareStatement(FIND)) {
            select.setArray(1, columns.of("uuid", NewMemory::id));
            select.setArray(
                    2, columns.of("uuid", memory -> TextDigest.of(memory.draft().text())));
            select.setArray(3, columns.of("uuid", NewMemory::agentId));
            select.setArray(4, columns.of("text", memory -> memory.draft().kind()));
            select.setArray(
                    5,
                    columns.of("text", memory -> memory.draft().conversation().orElse(null)));
            select.setArray(6, columns.of("text", memory -> memory.draft().text()));
            select.setObject(7, tenant);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    UUID existing = row.getObject(2, UUID.class);
                    if (row.getBoolean(4)) {
                        found.expired().add(existing);
                    } else if (row.getBoolean(3)) {
                        found.same().put(row.getObject(1, UUID.class), existing);
                    } else {
                        found.others().add(existing);
                    }
                }
            }
        }
        return found;
    }

    /** Counts each of {@code same}, which {@link #find} has locked, as often as it is said again. */
    static void count(Connection connection, Map<UUID, UUID> same, List<NewMemory> repeats, Instant now)
            throws SQLException {
        Map<UUID, List<NewMemory>> byExisting = repeats.stream()
                .filter(memory -> same.containsKey(memory.id()))
                .collect(Collectors.groupingBy(memory -> same.get(memory.id())));
        if (byExisting.isEmpty()) {
            return;
        }
        ArrayColumns<Map.Entry<UUID, List<NewMemory>>> columns =
                new ArrayColumns<>(connection, List.copyOf(byExisting.entrySet()));
        try (PreparedStatement update = connection.prepareStatement(COUNT)) {
            update.setString(1, now.toString());
            update.setArray(2, columns.of("uuid", Map.Entry::getKey));
            update.setArray(3, columns.of("integer", entry -> entry.getValue().size()));
            update.setArray(4, columns.of("text", entry -> lastEnd(entry.getValue())));
            update.executeUpdate();
        }
    }

    // Null when one of them stays for ever.
    private static @Nullable String lastEnd(List<NewMemory> repeats) {
        List<Instant> ends = repeats.stream()
                .map(memory -> memory.draft().life().expiresAt())
                .flatMap(Optional::stream)
                .toList();
        return ends.size() < repeats.size()
                ? null
                : ends.stream().max(Instant::compareTo).map(Instant::toString).orElse(null);
    }

    /** Takes memories out of the way that say something else than their digest: they were changed by hand. */
    static void release(Connection connection, Collection<UUID> others) throws SQLException {
        if (others.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(
                "update memory.memory set counted_as = null, version = version + 1 where id = any (?::uuid[])")) {
            update.setArray(1, connection.createArrayOf("uuid", others.toArray()));
            update.executeUpdate();
        }
    }

    /** Whether no other memory beside this one is counted under a digest. */
    static boolean isFree(Connection connection, UUID tenant, UUID id, UUID digest) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select not exists (
                    select from memory.memory m join memory.memory o
                         on o.agent_id = m.agent_id and o.kind = m.kind
                            and o.conversation_id is not distinct from m.conversation_id
                    where m.id = ? and o.id <> m.id and o.tenant_id = ? and o.counted_as = ? and o.superseded_by is null)""")) {
            select.setObject(1, id);
            select.setObject(2, tenant);
            select.setObject(3, digest);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
