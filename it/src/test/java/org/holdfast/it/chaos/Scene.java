package org.holdfast.it.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.holdfast.launcher.NodeName;

/**
 * What the clients of one run share: registers, which are descriptions of agents, and lists, which are messages of
 * conversations. Made anew for each run.
 *
 * @param run marks every value of the run
 * @param registers the path of each
 * @param lists the path of each one's messages
 */
record Scene(String run, Map<String, String> registers, Map<String, String> lists) {
    private static final int REGISTERS = 4;
    private static final int LISTS = 4;
    private static final Duration EVERYWHERE_WITHIN = Duration.ofSeconds(60);

    Scene {
        registers = Map.copyOf(registers);
        lists = Map.copyOf(lists);
    }

    /** Makes it and waits until every node has it. */
    static Scene create(ChaosSystem system, long seed) {
        String run = Long.toString(seed, 36).replace("-", ".") + "." + system.nextRun();
        Caller agent = system.agent();
        Map<String, String> registers = new TreeMap<>();
        for (int i = 0; i < REGISTERS; i++) {
            JsonNode body = object("name", "chaos " + run + " " + i).put("description", initial(run, "r" + i));
            registers.put("r" + i, "/api/agents/" + made(agent, "/api/agents", body));
        }
        Map<String, String> lists = new TreeMap<>();
        for (int i = 0; i < LISTS; i++) {
            String path = registers.getOrDefault("r0", "") + "/conversations";
            lists.put(
                    "l" + i, "/api/conversations/" + made(agent, path, object("title", "chaos " + run)) + "/messages");
        }
        Scene scene = new Scene(run, registers, lists);
        if (!Deadline.await(EVERYWHERE_WITHIN, () -> scene.differences(system).isEmpty())) {
            throw new IllegalStateException("not on every node: " + scene.differences(system));
        }
        return scene;
    }

    private static ObjectNode object(String name, String value) {
        return Caller.JSON.createObjectNode().put(name, value);
    }

    private static String made(Caller agent, String path, JsonNode body) {
        Caller.Reply reply = agent.send("POST", path, Optional.of(body));
        if (!reply.isSuccess()) {
            throw new IllegalStateException("POST " + path + ": " + reply.brief());
        }
        return reply.body().path("id").asText();
    }

    private static String initial(String run, String key) {
        return "hf-" + run + "-" + key.substring(1) + "-0";
    }

    Map<String, String> initialValues() {
        Map<String, String> values = new HashMap<>();
        registers.keySet().forEach(key -> values.put(key, initial(run, key)));
        return values;
    }

    /** Where a register is, or the entries of a list. */
    String path(String key) {
        String path = registers.getOrDefault(key, lists.getOrDefault(key, ""));
        if (path.isEmpty()) {
            throw new IllegalArgumentException("no register and no list is called " + key);
        }
        return path;
    }

    /** A value that is written once. Clients are numbered from 1, so that it is no initial value either. */
    String value(int client, long number) {
        return "hf-" + run + "-" + (client + REGISTERS) + "-" + number;
    }

    /** The values among these that belong to this run. */
    Set<String> own(Set<String> values) {
        return values.stream()
                .filter(value -> value.startsWith("hf-" + run + "-"))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What nodes hold otherwise than the writer, or why a node could not be asked; empty when all hold the same. */
    List<String> differences(ChaosSystem system) {
        List<String> differences = new ArrayList<>();
        NodeName head = system.writer().head();
        try {
            List<String> expected = content(system, head);
            for (NodeName node : Cluster.nodes()) {
                List<String> content = content(system, node);
                if (!content.equals(expected)) {
                    differences.add(node.label() + " has " + firstDifference(content, expected));
                }
            }
        } catch (SQLException failure) {
            differences.add(failure.toString());
        }
        return differences;
    }

    private static String firstDifference(List<String> content, List<String> expected) {
        for (int i = 0; i < Math.min(content.size(), expected.size()); i++) {
            if (!content.get(i).equals(expected.get(i))) {
                return "'" + content.get(i) + "' where the writer has '" + expected.get(i) + "'";
            }
        }
        return content.size() + " rows where the writer has " + expected.size();
    }

    private List<String> content(ChaosSystem system, NodeName node) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = system.connect(node)) {
            rows.addAll(query(
                    connection,
                    "select id || ' ' || version || ' ' || description from memory.agent where id = any(?::uuid[])"
                            + " order by id",
                    ids(registers)));
            rows.addAll(query(
                    connection,
                    "select conversation_id || ' ' || id || ' ' || content from memory.message"
                            + " where conversation_id = any(?::uuid[]) order by id",
                    ids(lists)));
            rows.addAll(query(
                    connection,
                    "select id::text from memory.conversation where id = any(?::uuid[]) order by id",
                    ids(lists)));
        }
        return rows;
    }

    // The paths are /api/<kind>/<id> and what follows.
    private static String ids(Map<String, String> paths) {
        return paths.values().stream()
                .map(path -> Path.of(path).getName(2).toString())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static List<String> query(Connection connection, String sql, String ids) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, ids);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            }
        }
        return rows;
    }
}
