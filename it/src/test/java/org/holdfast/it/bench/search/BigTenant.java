package org.holdfast.it.bench.search;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.embedding.Embedding;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.holdfast.it.RunningSystem;
import org.holdfast.it.bench.search.Texts.Turn;
import org.holdfast.launcher.NodeName;

/** A tenant with many memories, which are loaded through the application; each tenth is another agent's. */
final class BigTenant {
    /** A memory with its vector. */
    record Stored(UUID id, UUID agent, String text, Embedding vector) {}

    private static final int AGENTS = 10;

    private final Api api;
    private final UUID id;
    private final List<UUID> agents = new ArrayList<>();
    private final List<Stored> stored = new ArrayList<>();

    private BigTenant(Api api, UUID id) {
        this.api = api;
        this.id = id;
    }

    static BigTenant loaded(PrintStream out, RunningSystem system, Databases databases, List<Turn> turns)
            throws IOException, InterruptedException, ExecutionException, SQLException {
        BigTenant tenant = new BigTenant(new Api(system.baseUri(), system.agent()), idOf(system, databases));
        for (int each = 0; each < AGENTS; each++) {
            JsonNode agent = tenant.api.post(
                    "/api/agents", Api.JSON.createObjectNode().put("name", "searched " + UUID.randomUUID()));
            tenant.agents.add(UUID.fromString(agent.path("id").asText()));
        }
        new BatchLoad(out, tenant.api, number -> tenant.line(turns.get((int) number), (int) number))
                .run(0, turns.size());
        databases.settle();
        tenant.read(databases);
        return tenant;
    }

    private static UUID idOf(RunningSystem system, Databases databases) throws SQLException {
        try (Connection connection = databases.superuser(NodeName.PRIMARY);
                PreparedStatement select = Databases.prepared(
                        connection,
                        "select tenant_id from auth.user_account where username = ?",
                        system.agent().user());
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getObject(1, UUID.class);
        }
    }

    UUID id() {
        return id;
    }

    Api api() {
        return api;
    }

    List<UUID> agents() {
        return agents;
    }

    List<Stored> stored() {
        return stored;
    }

    private String line(Turn turn, int number) {
        return Api.JSON
                .createObjectNode()
                .put("agentId", agents.get(number % AGENTS).toString())
                .put("conversation", turn.conversation())
                .put("turn", number)
                .put("speaker", turn.speaker())
                .put("text", turn.text())
                .toString();
    }

    private void read(Databases databases) throws SQLException {
        try (Connection connection = databases.superuser(NodeName.PRIMARY);
                PreparedStatement select = Databases.prepared(
                        connection,
                        "select id, agent_id, text, embedding::real[] from memory.memory"
                                + " where agent_id = any (?) order by turn",
                        connection.createArrayOf("uuid", agents.toArray()));
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                stored.add(new Stored(
                        row.getObject(1, UUID.class), row.getObject(2, UUID.class), row.getString(3), vector(row)));
            }
        }
    }

    private static Embedding vector(ResultSet row) throws SQLException {
        Float[] numbers = (Float[]) row.getArray(4).getArray();
        float[] vector = new float[numbers.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = numbers[i];
        }
        return Embedding.from(vector);
    }
}
