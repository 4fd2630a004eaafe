package org.holdfast.it.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;

/**
 * {@code ./holdfast bench cache}: hot reads over HTTP without the cache and with it, one agent by its key and lists of an agent's
 * 20 conversations, while agents change; on the system that is up or on one of its own, whose application it restarts. Then the
 * cache's Redis dies and comes back under the same load. Arguments: seconds of each measurement, rounds.
 */
final class CacheHttpBench {
    private static final int AGENTS = 50;
    private static final int CONVERSATIONS = 20;
    // The server's compiler is busy for most of it; and what replicas say is kept once Redis has been watched for 10 s.
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration REDIS_DIES_AFTER = Duration.ofSeconds(6);
    private static final Duration BREAKER_OPENS_WITHIN = Duration.ofSeconds(1);
    private static final Duration REDIS_IS_AWAY = Duration.ofSeconds(8);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final Duration length;
    private final int rounds;
    private final RunningSystem system = RunningSystem.get();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> agents = new ArrayList<>();

    private CacheHttpBench(PrintStream out, Duration length, int rounds) {
        this.out = out;
        this.length = length;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length == 0 ? 15 : Integer.parseInt(arguments[0]);
        int rounds = arguments.length < 2 ? 2 : Integer.parseInt(arguments[1]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        new CacheHttpBench(out, Duration.ofSeconds(seconds), rounds).run();
        System.exit(0);
    }

    private void run() throws Exception {
        String token = logIn();
        for (int each = 0; each < AGENTS; each++) {
            String body = "{\"name\":\"hot " + System.nanoTime() + "\"}";
            String agent =
                    "/api/agents/" + post("/api/agents", body, token).path("id").asText();
            agents.add(agent);
            for (int conversation = 0; conversation < CONVERSATIONS; conversation++) {
                JsonNode unused = post(agent + "/conversations", "{\"title\":\"hot " + conversation + "\"}", token);
            }
        }
        out.printf(
                Locale.ROOT,
                "%-26s %10s %9s %9s %7s %14s %6s%n",
                "",
                "requests/s",
                "read p50",
                "p99 ms",
                "failed",
                "transactions/s",
                "load");
        for (int round = 1; round <= rounds; round++) {
            system.restartApplication("-Dholdfast.cache.enabled=false");
            measured("without the cache", round);
            system.restartApplication("");
            measured("with it", round);
        }
        killed(byKey());
    }

    private CacheLoad byKey() throws IOException, InterruptedException {
        return new CacheLoad(system.baseUri(), logIn(), agents, agents);
    }

    private CacheLoad lists() throws IOException, InterruptedException {
        List<String> paths = agents.stream()
                .map(agent -> agent + "/conversations?limit=" + CONVERSATIONS)
                .toList();
        return new CacheLoad(system.baseUri(), logIn(), paths, agents);
    }

    private void measured(String what, int round) throws Exception {
        CacheLoad byKey = byKey();
        CacheLoad lists = lists();
        warmUp(byKey);
        warmUp(lists);
        measured(what + ", by key", byKey, round);
        measured(what + ", lists", lists, round);
    }

    private static void warmUp(CacheLoad load) throws Exception {
        CacheLoad.Result unused = load.run(WARM_UP, 0);
    }

    private void measured(String what, CacheLoad load, int round) throws Exception {
        double idle = transactionsPerSecond(() -> LockSupport.parkNanos(length.toNanos() / 2));
        CacheLoad.Result[] result = new CacheLoad.Result[1];
        double busy = transactionsPerSecond(() -> result[0] = load.run(length, round));
        print(what, result[0], busy - idle);
    }

    private void print(String what, CacheLoad.Result result, double transactions) {
        out.printf(
                Locale.ROOT,
                "%-26s %10.0f %9.2f %9.2f %7d %14.0f %6.1f%n",
                what,
                result.perSecond(),
                result.millis(50),
                result.millis(99),
                result.failed(),
                transactions,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private void killed(CacheLoad load) throws Exception {
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try {
            Duration back = REDIS_DIES_AFTER.plus(REDIS_IS_AWAY);
            Duration whole = back.plus(REDIS_DIES_AFTER);
            Future<CacheLoad.Result> running = beside.submit(() -> load.run(whole, 3));
            LockSupport.parkNanos(REDIS_DIES_AFTER.toNanos());
            system.kill("redisA");
            LockSupport.parkNanos(REDIS_IS_AWAY.toNanos());
            system.start("redisA");
            CacheLoad.Result result = running.get();
            Duration open = REDIS_DIES_AFTER.plus(BREAKER_OPENS_WITHIN);
            print("  Redis is well", result.between(Duration.ZERO, REDIS_DIES_AFTER), Double.NaN);
            print("  Redis dies, 1 s", result.between(REDIS_DIES_AFTER, open), Double.NaN);
            print("  Redis is dead", result.between(open, back), Double.NaN);
            print("  Redis comes back", result.between(back, whole), Double.NaN);
        } finally {
            beside.shutdownNow();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private double transactionsPerSecond(Work work) throws Exception {
        long before = transactions();
        long begun = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - begun) / 1e9;
        // Backends tell the statistics a second after they became idle, at the latest.
        LockSupport.parkNanos(1_500_000_000);
        return (transactions() - before) / seconds;
    }

    private long transactions() throws SQLException {
        long sum = 0;
        for (NodeName node : List.of(NodeName.PRIMARY, NodeName.REPLICA1, NodeName.REPLICA2)) {
            try (Connection connection =
                            DriverManager.getConnection(system.jdbcUrl(node), "postgres", system.superuserPassword());
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select xact_commit + xact_rollback from pg_stat_database"
                            + " where datname = current_database()")) {
                row.next();
                sum += row.getLong(1);
            }
        }
        return sum;
    }

    private String logIn() throws IOException, InterruptedException {
        RunningSystem.Credentials who = system.agent();
        String body = JSON.createObjectNode()
                .put("username", who.user())
                .put("password", who.password())
                .toString();
        return post("/api/auth/login", body, "").path("accessToken").asText();
    }

    private JsonNode post(String path, String body, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        var answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("POST " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private URI uri(String path) {
        return system.baseUri().resolve(path);
    }
}
