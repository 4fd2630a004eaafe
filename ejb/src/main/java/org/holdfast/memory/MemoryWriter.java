package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stores many new memories with one statement. Its parameters are columns, not rows: PostgreSQL parses one short statement,
 * and the vectors travel as one array of floats without being written out as text.
 */
final class MemoryWriter {
    private static final String INSERT = """
            insert into memory.memory (id, tenant_id, agent_id, conversation_id, kind, turn, speaker, text, said_at,
                                       metadata, embedding, created_at, updated_at, key, counted_as, expires_at, valid_from)
            select r.id, ?, r.agent_id, r.conversation_id, r.kind, r.turn, r.speaker, r.text, r.said_at::timestamptz,
                   r.metadata::jsonb, %s,
                   ?::timestamptz, ?::timestamptz, r.key, r.counted_as, r.expires_at::timestamptz,
                   r.valid_from::timestamptz
            from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::integer[], ?::text[], ?::text[], ?::text[],
                        ?::text[], ?::text[], ?::uuid[], ?::text[], ?::text[])
                 with ordinality as r (id, agent_id, conversation_id, kind, turn, speaker, text, said_at, metadata, key,
                                       counted_as, expires_at, valid_from, n)
            on conflict do nothing
            returning id""";
    private static final String INSERT_TAGS = """
            insert into memory.memory_tag (memory_id, tag_id, tenant_id)
            select r.memory_id, r.tag_id, ? from unnest(?::uuid[], ?::uuid[]) as r (memory_id, tag_id)""";

    private MemoryWriter() {}

    /**
     * Stores memories, except those whose turn, own key or name is taken, and those that say what one says already.
     *
     * @param now when they are stored, and when they were said where their writer did not say
     * @return the keys of those that were stored
     */
    static Set<UUID> insert(Connection connection, UUID tenant, List<NewMemory> memories, Instant now)
            throws SQLException {
        Map<Places.ConversationKey, UUID> conversations = Places.conversations(
                connection,
                tenant,
                memories.stream()
                        .map(NewMemory::conversation)
                        .flatMap(Optional::stream)
                        .toList());
        List<NewMemory> sorted = sorted(memories);
        Set<UUID> stored = insertRows(connection, tenant, sorted, conversations, now);
        MemoryVectors.given(
                connection,
                sorted.stream()
                        .filter(memory -> memory.draft().embedding().isPresent() && stored.contains(memory.id()))
                        .map(NewMemory::id)
                        .toList());
        insertTags(
                connection,
                tenant,
                sorted.stream().filter(memory -> stored.contains(memory.id())).toList());
        return stored;
    }

    // Two sessions that store the same turns, or texts, wait for each other at the first they share: no deadlock.
    private static List<NewMemory> sorted(List<NewMemory> memories) {
        Comparator<NewMemory> byConversation = Comparator.comparing(
                memory -> memory.conversation().orElse(null), Comparator.nullsFirst(Comparator.naturalOrder()));
        return memories.stream()
                .sorted(byConversation
                        .thenComparing(memory -> memory.draft().turn().orElse(MemoryPosition.NO_TURN))
                        .thenComparing(memory -> memory.draft().text())
                        .thenComparing(memory -> memory.draft().kind()))
                .toList();
    }

    private static Set<UUID> insertRows(
            Connection connection,
            UUID tenant,
            List<NewMemory> memories,
            Map<Places.ConversationKey, UUID> conversations,
            Instant now)
            throws SQLException {
        ArrayColumns<NewMemory> columns = new ArrayColumns<>(connection, memories);
        VectorArray vectors =
                new VectorArray(memories.stream().map(NewMemory::vector).toList());
        Set<UUID> stored = new HashSet<>();
        try (PreparedStatement insert = connection.prepareStatement(INSERT.formatted(vectors.ofRow()))) {
            insert.setObject(1, tenant);
            insert.setObject(2, vectors.numbers());
            insert.setString(3, now.toString());
            insert.setString(4, now.toString());
            insert.setArray(5, columns.of("uuid", NewMemory::id));
            insert.setArray(6, columns.of("uuid", NewMemory::agentId));
            insert.setArray(
                    7,
                    columns.of(
                            "uuid",
                            memory -> memory.conversation()
                                    .map(conversations::get)
                                    .orElse(null)));
            insert.setArray(8, columns.of("text", memory -> memory.draft().kind()));
            insert.setArray(
                    9, columns.of("integer", memory -> memory.draft().turn().orElse(null)));
            insert.setArray(
                    10, columns.of("text", memory -> memory.draft().speaker().orElse(null)));
            insert.setArray(11, columns.of("text", memory -> memory.draft().text()));
            insert.setArray(
                    12,
                    columns.of("text", memory -> memory.draft().at().orElse(now).toString()));
            insert.setArray(
                    13, columns.of("text", memory -> memory.draft().metadata().text()));
            insert.setArray(14, columns.of("text", memory -> memory.key().orElse(null)));
            insert.setArray(
                    15,
                    columns.of(
                            "uuid",
                            memory -> memory.draft().isCounted()
                                    ? TextDigest.of(memory.draft().text())
                                    : null));
            insert.setArray(
                    16, columns.of("text", memory -> text(memory.draft().life().expiresAt())));
            insert.setArray(
                    17, columns.of("text", memory -> text(memory.draft().life().validFrom())));
            try (ResultSet row = insert.executeQuery()) {
                while (row.next()) {
                    stored.add(row.getObject(1, UUID.class));
                }
            }
        }
        return stored;
    }

    private static @Nullable String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(null);
    }

    private static void insertTags(Connection connection, UUID tenant, List<NewMemory> memories) throws SQLException {
        Map<String, UUID> tags = Places.tags(
                connection,
                tenant,
                memories.stream()
                        .flatMap(memory -> memory.draft().tags().stream())
                        .collect(Collectors.toSet()));
        if (tags.isEmpty()) {
            return;
        }
        List<UUID> memoryIds = new ArrayList<>();
        List<@Nullable UUID> tagIds = new ArrayList<>();
        for (NewMemory memory : memories) {
            for (String tag : memory.draft().tags()) {
                memoryIds.add(memory.id());
                tagIds.add(tags.get(tag));
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT_TAGS)) {
            insert.setObject(1, tenant);
            insert.setArray(2, connection.createArrayOf("uuid", memoryIds.toArray()));
            insert.setArray(3, connection.createArrayOf("uuid", tagIds.toArray()));
            insert.executeUpdate();
        }
    }
}
