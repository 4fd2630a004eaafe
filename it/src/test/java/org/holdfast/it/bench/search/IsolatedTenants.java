package org.holdfast.it.bench.search;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;

/**
 * Tenants whose memories are the same texts, with vectors that are the same or nearly so, under the same names of conversations and
 * tags: what leaks from one to another would rank high. Most of them share one partition, so that each goes through the others'
 * rows in its indexes. Some are large enough, also within an agent or a tag, that the vector index is asked and not every row.
 */
final class IsolatedTenants {
    /** A memory as it was put into the database. */
    record Row(
            UUID id,
            UUID tenant,
            UUID agent,
            String kind,
            String conversation,
            Set<String> tags,
            String text,
            Embedding vector) {}

    /** Somebody who must see what is his, and nothing else. */
    record Tenant(UUID id, List<UUID> agents, List<Row> rows, Api api) {}

    static final List<String> KINDS = List.of("CONVERSATION", "PREFERENCE", "CONTEXT");
    static final int CONVERSATIONS = 20;
    static final int TAGS = 10;
    /** On most memories. */
    static final String COMMON_TAG = "tag 0";

    /** They come first. */
    static final int LARGE_TENANTS = 3;

    private static final int SMALL_TENANTS = 11;
    private static final int IN_ONE_PARTITION = 11;
    private static final int ROWS_OF_LARGE = 4_000;
    private static final int ROWS_OF_SMALL = 250;
    private static final int AGENTS = 3;
    private static final int TEXTS = 400;
    private static final int BATCH = 500;

    private final RunningSystem system;
    private final SplittableRandom random;
    private final List<String> texts;
    private final List<Embedding> vectors = new ArrayList<>();
    private final List<Tenant> tenants = new ArrayList<>();
    private final Map<UUID, Row> rows = new LinkedHashMap<>();

    private IsolatedTenants(RunningSystem system, List<String> texts, long seed) {
        this.system = system;
        this.texts = texts;
        this.random = new SplittableRandom(seed);
    }

    static IsolatedTenants made(RunningSystem system, Databases databases, EmbeddingModel model, Texts texts, long seed)
            throws SQLException {
        IsolatedTenants made = new IsolatedTenants(system, texts.sentences(TEXTS), seed);
        made.texts.forEach(text -> made.vectors.add(model.embed(text).content()));
        try (Connection connection = databases.superuser(NodeName.PRIMARY)) {
            connection.setAutoCommit(false);
            for (int each = 0; each < LARGE_TENANTS + SMALL_TENANTS; each++) {
                made.tenants.add(made.tenant(connection, each));
                connection.commit();
            }
        }
        databases.settle();
        return made;
    }

    List<Tenant> tenants() {
        return tenants;
    }

    /** All memories of them by their keys. */
    Map<UUID, Row> rows() {
        return rows;
    }

    List<String> texts() {
        return texts;
    }

    /** The vector of a text. */
    Embedding vector(int text) {
        return vectors.get(text);
    }

    /** A tag that no other tenant has. */
    static String ownTag(UUID tenant) {
        return "of " + tenant;
    }

    private Tenant tenant(Connection connection, int number) throws SQLException {
        UUID id = newTenantId(connection, number < IN_ONE_PARTITION);
        change(connection, "insert into auth.tenant (id, name) values (?, ?)", id, "isolated " + id);
        RunningSystem.Credentials known = system.agent();
        String user = "isolated-" + id;
        change(
                connection,
                "insert into auth.user_account (id, tenant_id, username, password_hash)"
                        + " select ?, ?, ?, password_hash from auth.user_account where username = ?",
                UUID.randomUUID(),
                id,
                user,
                known.user());
        change(
                connection,
                "insert into auth.user_role (user_id, role, tenant_id)"
                        + " select id, 'agent', tenant_id from auth.user_account where username = ?",
                user);
        List<UUID> agents = new ArrayList<>();
        Map<String, UUID> conversations = new LinkedHashMap<>();
        for (int agent = 0; agent < AGENTS; agent++) {
            UUID agentId = UUID.randomUUID();
            agents.add(agentId);
            change(
                    connection,
                    "insert into memory.agent (id, tenant_id, name) values (?, ?, ?)",
                    agentId,
                    id,
                    "agent " + agent);
            for (int each = 0; each < CONVERSATIONS; each++) {
                UUID conversation = UUID.randomUUID();
                conversations.put(agentId + conversation(each), conversation);
                change(
                        connection,
                        "insert into memory.conversation (id, tenant_id, agent_id, external_id) values (?, ?, ?, ?)",
                        conversation,
                        id,
                        agentId,
                        conversation(each));
            }
        }
        Map<String, UUID> tags = new LinkedHashMap<>();
        for (int each = 0; each <= TAGS; each++) {
            String name = each == TAGS ? ownTag(id) : tag(each);
            tags.put(name, UUID.randomUUID());
            change(
                    connection,
                    "insert into memory.tag (id, tenant_id, name) values (?, ?, ?)",
                    tags.get(name),
                    id,
                    name);
        }
        List<Row> own = new ArrayList<>();
        int count = number < LARGE_TENANTS ? ROWS_OF_LARGE : ROWS_OF_SMALL;
        for (int each = 0; each < count; each++) {
            own.add(row(id, agents, each));
        }
        insert(connection, own, conversations, tags);
        own.forEach(row -> rows.put(row.id(), row));
        return new Tenant(
                id, agents, own, new Api(system.baseUri(), new RunningSystem.Credentials(user, known.password())));
    }

    static String conversation(int number) {
        return "talk " + number;
    }

    static String tag(int number) {
        return "tag " + number;
    }

    private static UUID newTenantId(Connection connection, boolean isInFirstPartition) throws SQLException {
        try (PreparedStatement choose = Databases.prepared(
                        connection,
                        "select id from (select gen_random_uuid() as id from generate_series(1, 500) offset 0) t"
                                + " where satisfies_hash_partition('memory.memory'::regclass, 8, 0, id) = ? limit 1",
                        isInFirstPartition);
                ResultSet row = choose.executeQuery()) {
            row.next();
            return row.getObject(1, UUID.class);
        }
    }

    private Row row(UUID tenant, List<UUID> agents, int number) {
        int text = random.nextInt(texts.size());
        Set<String> tags = new TreeSet<>();
        if (random.nextInt(100) < 85) {
            tags.add(COMMON_TAG);
        }
        if (random.nextInt(100) < 30) {
            tags.add(tag(1 + random.nextInt(TAGS - 1)));
        }
        if (random.nextInt(100) < 10) {
            tags.add(ownTag(tenant));
        }
        return new Row(
                UUID.randomUUID(),
                tenant,
                // Most are the first agent's.
                agents.get(random.nextInt(100) < 80 ? 0 : 1 + random.nextInt(AGENTS - 1)),
                KINDS.get(random.nextInt(100) < 80 ? 0 : random.nextInt(KINDS.size())),
                conversation(random.nextInt(CONVERSATIONS)),
                tags,
                texts.get(text),
                number % 2 == 0 ? vectors.get(text) : Vectors.near(vectors.get(text), random));
    }

    private static void insert(
            Connection connection, List<Row> rows, Map<String, UUID> conversations, Map<String, UUID> tags)
            throws SQLException {
        try (PreparedStatement memory = connection.prepareStatement(
                        "insert into memory.memory (id, tenant_id, agent_id, conversation_id, kind, text, turn, said_at, embedding)"
                                + " values (?, ?, ?, ?, ?, ?, ?, now(), ?::real[]::vector)");
                PreparedStatement tagged = connection.prepareStatement(
                        "insert into memory.memory_tag (tenant_id, memory_id, tag_id) values (?, ?, ?)")) {
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                memory.setObject(1, row.id());
                memory.setObject(2, row.tenant());
                memory.setObject(3, row.agent());
                memory.setObject(4, conversations.get(row.agent() + row.conversation()));
                memory.setString(5, row.kind());
                memory.setString(6, row.text());
                memory.setInt(7, i);
                memory.setObject(8, row.vector().vector());
                memory.addBatch();
                for (String tag : row.tags()) {
                    tagged.setObject(1, row.tenant());
                    tagged.setObject(2, row.id());
                    tagged.setObject(3, tags.get(tag));
                    tagged.addBatch();
                }
                if (i % BATCH == BATCH - 1 || i == rows.size() - 1) {
                    int[] unused = memory.executeBatch();
                    unused = tagged.executeBatch();
                }
            }
        }
    }

    private static void change(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement change = Databases.prepared(connection, sql, values)) {
            change.executeUpdate();
        }
    }
}
