package org.holdfast.it.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.holdfast.launcher.LocalTopology;
import org.holdfast.launcher.NodeName;

/** A running topology as the chaos sees it: something to call, to look at and to hurt. */
final class ChaosSystem {
    private static final Duration LAG_MAX = Duration.ofSeconds(2);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Pattern VALUE = Pattern.compile("hf-[0-9a-z.]+-[0-9]+-[0-9]+");
    private static final String REPLICATION = """
            select concat_ws(', ',
                (select 'slots ' || string_agg(concat_ws(' ', slot_name, wal_status, active_pid), ', ') from pg_replication_slots),
                (select 'subscription enabled ' || subenabled from pg_subscription),
                (select 'copying ' || string_agg(concat_ws(' ', srrelid::regclass, srsubstate), ', ')
                 from pg_subscription_rel where srsubstate <> 'r'),
                (select 'waiting for locks ' || string_agg(concat_ws(' ', pid, usename, left(query, 80)), ', ')
                 from pg_stat_activity where wait_event_type = 'Lock'),
                (select 'oldest transaction ' || min(xact_start) from pg_stat_activity where backend_type = 'client backend'))
            """;
    private static final int SALVAGE_PAGES_MAX = 1_000;

    private final LocalTopology topology;
    private final Links links;
    private final Disks disks;
    private final Clocks clocks;
    private final List<Instance> instances;
    private final AtomicInteger runs = new AtomicInteger();
    private volatile Cluster writer = Cluster.PRIMARY;

    /** Takes a topology with so many instances; the links are those that its detours go through. */
    ChaosSystem(LocalTopology topology, int instances, Links links, Disks disks, Clocks clocks) {
        this.topology = topology;
        this.links = links;
        this.disks = disks;
        this.clocks = clocks;
        this.instances = IntStream.rangeClosed(1, instances)
                .mapToObj(number -> new Instance(topology, number))
                .toList();
    }

    Links links() {
        return links;
    }

    Disks disks() {
        return disks;
    }

    Clocks clocks() {
        return clocks;
    }

    /** The instances of the application, in the order of their numbers. */
    List<Instance> instances() {
        return instances;
    }

    /** A number for a run that no other run on this system has. */
    int nextRun() {
        return runs.incrementAndGet();
    }

    /** The cluster that takes the writes, as the best informed instance knows; the last known while nobody answers. */
    Cluster writer() {
        instances.stream()
                .map(ChaosSystem::health)
                .filter(health -> health.body().path("writer").isTextual())
                .max(Comparator.comparingLong(
                        health -> health.body().path("epoch").asLong()))
                .ifPresent(health ->
                        writer = Cluster.named(health.body().path("writer").textValue()));
        return writer;
    }

    /** Whether every instance takes requests and finds every node up and the followers close behind. */
    boolean isHealthy() {
        NodeName head = writer().head();
        return instances.stream().allMatch(instance -> isHealthy(instance, head));
    }

    private static boolean isHealthy(Instance instance, NodeName head) {
        Caller.Reply health = health(instance);
        Map<String, JsonNode> nodes = new HashMap<>();
        health.body().path("nodes").forEach(node -> nodes.put(node.path("name").asText(), node));
        return health.status() == 200
                && health.body().path("writer").asText().equals(head.label())
                && Cluster.nodes().stream()
                        .allMatch(node ->
                                nodes.containsKey(node.label()) && isWell(nodes.get(node.label()), node == head))
                && instance.anonymous().get("/health/ready").status() == 200;
    }

    private static boolean isWell(JsonNode node, boolean isWriter) {
        JsonNode lag = node.path("lagMillis");
        return node.path("state").asText().equals("up")
                && (isWriter || (lag.isNumber() && lag.longValue() <= LAG_MAX.toMillis()));
    }

    /** For people: what health says of each node. */
    String describeHealth() {
        return instances.stream().map(ChaosSystem::describeHealth).collect(Collectors.joining("; "));
    }

    private static String describeHealth(Instance instance) {
        Caller.Reply health = health(instance);
        StringBuilder text = new StringBuilder(instance.name()).append(": ").append(health.brief());
        health.body()
                .path("nodes")
                .forEach(node -> text.append(", ")
                        .append(node.path("name").asText())
                        .append(' ')
                        .append(node.path("state").asText())
                        .append(" lag ")
                        .append(node.path("lagMillis").asText("unknown")));
        return text.toString();
    }

    /** For people: what the heads have to follow each other by. */
    String describeReplication() {
        return Stream.of(Cluster.values())
                .map(Cluster::head)
                .map(head -> {
                    try (Connection connection = connect(head);
                            PreparedStatement question = connection.prepareStatement(REPLICATION);
                            ResultSet answer = question.executeQuery()) {
                        answer.next();
                        return head.label() + ": " + answer.getString(1);
                    } catch (SQLException failure) {
                        return head.label() + ": " + failure.getMessage();
                    }
                })
                .collect(Collectors.joining("; "));
    }

    private static Caller.Reply health(Instance instance) {
        return instance.anonymous().get("/api/health/database");
    }

    Caller agent() {
        return loggedIn("AGENT");
    }

    private Caller loggedIn(String who) {
        return Caller.loggedIn(
                bases(),
                topology.secrets().get(who + "_USER"),
                topology.secrets().get(who + "_PASSWORD"));
    }

    private List<URI> bases() {
        return instances.stream().map(Instance::base).toList();
    }

    /**
     * Asks for a planned switch to the other cluster.
     *
     * @return for people: what came of the request
     */
    String switchWriter() {
        Cluster next = writer().other();
        String path = next == Cluster.FAILOVER ? "/api/admin/failover" : "/api/admin/failback";
        JsonNode confirmed =
                Caller.JSON.createObjectNode().put("confirm", next.head().label());
        try {
            Caller.Reply reply = loggedIn("ADMIN").send("POST", path, Optional.of(confirmed));
            return reply.status() == 202 ? "accepted" : reply.brief();
        } catch (IllegalStateException nobodyToAsk) {
            return nobodyToAsk.toString();
        }
    }

    /** A user for one client alone: the server remembers writes by user, and spreads users over the replicas. */
    Caller client(int number) {
        String name = "chaos-" + number;
        String known = topology.secrets().get("AGENT_USER");
        try (Connection connection = connect(writer().head())) {
            connection.setAutoCommit(false);
            execute(
                    connection,
                    "insert into auth.user_account (id, tenant_id, username, password_hash) select ?, tenant_id, ?,"
                            + " password_hash from auth.user_account where username = ? on conflict do nothing",
                    UUID.randomUUID(),
                    name,
                    known);
            execute(
                    connection,
                    "insert into auth.user_role (user_id, role, tenant_id) select id, 'agent', tenant_id"
                            + " from auth.user_account where username = ? on conflict do nothing",
                    name);
            connection.commit();
        } catch (SQLException failure) {
            throw new IllegalStateException("user " + name + " cannot be made", failure);
        }
        return Caller.loggedIn(bases(), name, topology.secrets().get("AGENT_PASSWORD"));
    }

    private static void execute(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.execute();
        }
    }

    /** A connection of the superuser, around the proxies. */
    Connection connect(NodeName node) throws SQLException {
        return DriverManager.getConnection(
                topology.jdbcUrl(node) + "&connectTimeout=" + CONNECT_MAX.toSeconds() + "&socketTimeout=20",
                "postgres",
                topology.secrets().get("POSTGRES_PASSWORD"));
    }

    /** The values of writes that the system lists as lost with an old writer. */
    Set<String> salvaged() {
        Set<String> values = new HashSet<>();
        Caller admin = loggedIn("ADMIN");
        String path = "/api/admin/salvage?limit=500";
        String next = "";
        for (int page = 0; page < SALVAGE_PAGES_MAX; page++) {
            Caller.Reply reply = admin.get(path + next);
            reply.body().path("items").forEach(change -> values.addAll(written(change)));
            JsonNode cursor = reply.body().path("next");
            if (!cursor.isTextual()) {
                return values;
            }
            next = "&cursor=" + cursor.textValue();
        }
        throw new IllegalStateException("the salvage has more than " + SALVAGE_PAGES_MAX + " pages");
    }

    // What was there before is not lost with the change; the trail has both.
    private static Set<String> written(JsonNode change) {
        if (change.path("table").asText().startsWith("audit.")) {
            return Set.of();
        }
        return VALUE.matcher(change.path("after").toString())
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** SIGKILL to all of them at once. */
    void kill(List<NodeName> nodes) {
        nodes.parallelStream().forEach(node -> topology.node(node.label()).kill());
    }

    /** SIGSTOP to all of them at once. */
    void pause(List<NodeName> nodes) {
        nodes.parallelStream().forEach(node -> topology.node(node.label()).pause());
    }

    void resume(List<NodeName> nodes) {
        nodes.parallelStream().forEach(node -> topology.node(node.label()).resume());
    }

    /** Starts what does not run, one after the other: heads before those that follow them. */
    void start(List<NodeName> nodes) {
        nodes.forEach(node -> topology.node(node.label()).start());
    }

    /** Ends them in good order and starts them again. */
    void restart(List<NodeName> nodes) {
        nodes.forEach(node -> topology.node(node.label()).stop());
        start(nodes);
    }

    /** Undoes whatever was done, in whatever state things are. */
    void heal() {
        healTools();
        resume(Cluster.nodes());
        start(List.of(NodeName.REDIS_A));
        start(Stream.of(Cluster.values()).map(Cluster::head).toList());
        start(Stream.of(Cluster.values())
                .flatMap(cluster -> cluster.replicas().stream())
                .toList());
        instances.forEach(Instance::resume);
        instances.forEach(Instance::start);
    }

    /** Whole links, disks with room, right clocks. */
    void healTools() {
        links.heal();
        disks.heal();
        instances.forEach(clocks::heal);
    }
}
