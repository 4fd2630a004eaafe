package org.holdfast.launcher;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** One line a node, from processes and from what the two writing servers say about their followers. */
final class Status {
    private static final int ANSWER_SECONDS = 2;
    private static final String LINE = "%-17s %-12s %-7s %10s %8s %6s";

    private final LocalTopology topology;
    private final Console console;

    Status(LocalTopology topology, Console console) {
        this.topology = topology;
        this.console = console;
    }

    void print() {
        if (!topology.isSetUp()) {
            console.print("nothing is set up; ./holdfast up starts everything");
            return;
        }
        List<NodeControl> nodes = topology.allNodes();
        Map<String, NodeControl.State> states = new HashMap<>();
        nodes.forEach(node -> states.put(node.name(), node.state()));
        Map<String, Long> lags = lags(states);
        console.print(String.format(Locale.ROOT, LINE, "NAME", "ROLE", "STATE", "LAG", "PID", "PORT"));
        for (NodeControl node : nodes) {
            String pid = node.pid().map(String::valueOf).orElse("-");
            console.print(String.format(
                    Locale.ROOT,
                    LINE,
                    node.name(),
                    node.role(),
                    word(states.getOrDefault(node.name(), NodeControl.State.DOWN)),
                    lag(node, lags),
                    pid,
                    node.port()));
        }
    }

    static String word(NodeControl.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String lag(NodeControl node, Map<String, Long> lags) {
        if (!follows(node)) {
            return "-";
        }
        return Optional.ofNullable(lags.get(node.name()))
                .map(bytes -> bytes + " B")
                .orElse("unknown");
    }

    private static boolean follows(NodeControl node) {
        return NodeName.find(node.name())
                .filter(name -> name == NodeName.FAILOVER || name.upstream().isPresent())
                .isPresent();
    }

    // Both clusters side by side, each with its own short deadline: a paused server must not hold up the answer.
    private Map<String, Long> lags(Map<String, NodeControl.State> states) {
        Map<String, Long> lags = new ConcurrentHashMap<>();
        Parallel.run(List.of(NodeName.PRIMARY, NodeName.FAILOVER).stream()
                .filter(node -> states.get(node.label()) == NodeControl.State.UP)
                .<Runnable>map(node -> () -> lags.putAll(followers(node)))
                .toList());
        return lags;
    }

    private Map<String, Long> followers(NodeName upstream) {
        Map<String, Long> lags = new HashMap<>();
        // The subscription connects under its own name, the replicas under their cluster_name.
        String sql = "SELECT application_name, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)"
                + " FROM pg_stat_replication WHERE replay_lsn IS NOT NULL";
        try (Connection connection = topology.access().connect(upstream, "postgres", ANSWER_SECONDS);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String name = rows.getString(1);
                String node = name.equals("holdfast") ? NodeName.FAILOVER.label() : name;
                lags.put(node, Math.max(0, rows.getLong(2)));
            }
            return lags;
        } catch (SQLException noAnswer) {
            return Map.of();
        }
    }
}
