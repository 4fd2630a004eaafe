package org.holdfast.it.bench.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;

/**
 * {@code ./holdfast bench growth}: how loading, searching, room and the server's memory grow with one tenant's memories. On a topology
 * of its own, with a model that costs nothing.
 */
final class GrowthBench {
    private static final long[] SIZES = {10_000, 50_000, 200_000, 500_000, 1_000_000};
    private static final long SEED = 1;
    private static final int AGENTS = 10;
    private static final int WARM_UP = 200;
    private static final int ASKED = 200;
    private static final String ALONE = " -Dholdfast.topology.primary=primary -Dholdfast.topology.failover=none";
    private static final String ROOM = """
            select sum(pg_table_size(p.relid)) / 1048576,
                   sum((select sum(pg_relation_size(i.indexrelid)) from pg_index i join pg_class c on c.oid = i.indexrelid
                        join pg_am m on m.oid = c.relam where i.indrelid = p.relid and m.amname = 'hnsw')) / 1048576,
                   sum((select sum(pg_relation_size(i.indexrelid)) from pg_index i join pg_class c on c.oid = i.indexrelid
                        join pg_am m on m.oid = c.relam where i.indrelid = p.relid and m.amname = 'gin')) / 1048576,
                   pg_database_size(current_database()) / 1048576
            from pg_partition_tree('memory.memory') p where p.isleaf
            """;

    private final PrintStream out;
    private final RunningSystem system;
    private final List<NodeName> followers;
    private final Databases databases;
    private final Api api;
    private final MadeUpTalk talk = new MadeUpTalk(SEED);
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<String> agents = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();

    private GrowthBench(PrintStream out, RunningSystem system, List<NodeName> followers) {
        this.out = out;
        this.system = system;
        this.followers = followers;
        this.databases = new Databases(system);
        this.api = new Api(system.baseUri(), system.agent());
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> given = new ArrayList<>(List.of(arguments));
        boolean isAlone = given.remove("--alone");
        long most = given.isEmpty() ? SIZES[SIZES.length - 1] : number(given.get(0));
        if (given.size() > 1 || most == 0) {
            out.println("holdfast: usage: ./holdfast bench growth [TURNS] [--alone], from " + SIZES[0] + " to "
                    + SIZES[SIZES.length - 1]);
            System.exit(2);
        }
        try (WordVectors model = new WordVectors()) {
            RunningSystem system = RunningSystem.get();
            GrowthBench bench = new GrowthBench(out, system, isAlone ? List.of() : Databases.FOLLOWERS);
            long unused = bench.databases.update("delete from memory.embedding_model");
            system.restartApplication(model.options() + (isAlone ? ALONE : ""));
            if (isAlone) {
                Databases.FOLLOWERS.forEach(node -> system.kill(node.label()));
            }
            bench.run(most);
        }
        System.exit(0);
    }

    private static long number(String text) {
        long number = text.matches("[0-9]{1,7}") ? Long.parseLong(text) : 0;
        return number >= SIZES[0] && number <= SIZES[SIZES.length - 1] ? number : 0;
    }

    private void run(long most) throws IOException, InterruptedException, ExecutionException, SQLException {
        for (int each = 0; each < AGENTS; each++) {
            ObjectNode agent = Api.JSON.createObjectNode().put("name", "grows " + UUID.randomUUID());
            agents.add(api.post("/api/agents", agent).path("id").asText());
        }
        long loaded = 0;
        try (ServerMemory memory = new ServerMemory(system.topology().home())) {
            for (long size : SIZES) {
                if (loaded < most) {
                    long to = Math.min(size, most);
                    long begun = System.nanoTime();
                    new BatchLoad(out, api, this::line).run(loaded, to);
                    double perSecond = (to - loaded) / ((System.nanoTime() - begun) / 1e9);
                    String megabytes = memory.range();
                    databases.settle(followers);
                    rows.add(row(to, perSecond, megabytes + " | " + memory.live()));
                    loaded = to;
                    print();
                }
            }
        }
    }

    private String line(long turn) {
        long conversation = turn / MadeUpTalk.TURNS_OF_A_TALK;
        return Api.JSON
                .createObjectNode()
                .put("agentId", agents.get((int) (conversation % AGENTS)))
                .put("conversation", "talk " + conversation)
                .put("turn", turn)
                .put("speaker", "speaker " + turn % 4)
                // Or some would be the same, which are counted and not stored.
                .put("text", talk.text(turn) + " " + turn)
                .toString();
    }

    private String row(long to, double perSecond, String megabytes)
            throws IOException, InterruptedException, SQLException {
        return String.format(Locale.ROOT, "| %,d | %.0f | %s | %s |", to, perSecond, megabytes, room())
                + asked("vector", false, to)
                + asked("text", false, to)
                + asked("hybrid", false, to)
                + asked("hybrid", true, to)
                + String.format(
                        Locale.ROOT,
                        " %.1f |",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private String room() throws SQLException {
        try (Connection connection = databases.superuser(NodeName.PRIMARY);
                PreparedStatement select = connection.prepareStatement(ROOM);
                ResultSet row = select.executeQuery()) {
            row.next();
            return String.format(
                    Locale.ROOT, "%d | %d | %d | %d", row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }

    // One caller, each question another one.
    private String asked(String mode, boolean isOneAgent, long turns) throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        for (int each = 0; each < WARM_UP + ASKED; each++) {
            ObjectNode body = Api.JSON
                    .createObjectNode()
                    .put("query", talk.question(random, turns))
                    .put("mode", mode)
                    .put("limit", 10);
            if (isOneAgent) {
                body.put("agentId", agents.get(random.nextInt(AGENTS)));
            }
            long begun = System.nanoTime();
            JsonNode answer = api.post("/api/memories/search", body);
            if (answer.path("items").size() != 10) {
                throw new IOException("not ten answers: " + answer);
            }
            if (each >= WARM_UP) {
                nanos.add(System.nanoTime() - begun);
            }
        }
        return String.format(Locale.ROOT, " %.1f / %.1f |", SearchLoad.millis(nanos, 50), SearchLoad.millis(nanos, 95));
    }

    private void print() {
        out.println();
        out.println(
                "| memories | loaded/s | server, MB | live heap, MB | rows, MB | vector index | word index | database | vector | text"
                        + " | hybrid | hybrid, an agent | load |");
        out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        rows.forEach(out::println);
    }
}
