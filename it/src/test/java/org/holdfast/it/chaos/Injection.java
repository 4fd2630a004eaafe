package org.holdfast.it.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.holdfast.launcher.NodeName;

/** A fault that has begun: whom it hit, and how it ends. */
final class Injection {
    private static final Duration SLOW_BY = Duration.ofMillis(40);

    private final String description;
    private final Runnable end;

    private Injection(String description, Runnable end) {
        this.description = description;
        this.end = end;
    }

    /** Begins a fault. {@code pick} decides where several nodes would do. */
    static Injection begin(ChaosSystem system, FaultKind kind, int pick) {
        if (kind.what().needsLinks() && system.links().isEmpty()) {
            throw new IllegalArgumentException(kind.label() + " needs a topology whose links go through proxies");
        }
        if (kind.where() == FaultKind.Where.APPLICATION) {
            return new Injection(kind.label(), hurtApplication(system, kind.what()));
        }
        List<NodeName> nodes = nodes(system.writer(), kind.where(), pick);
        String description =
                kind.label() + " " + nodes.stream().map(NodeName::label).toList();
        return new Injection(description, hurt(system, kind.what(), nodes));
    }

    void end() {
        end.run();
    }

    @Override
    public String toString() {
        return description;
    }

    private static List<NodeName> nodes(Cluster writer, FaultKind.Where where, int pick) {
        Cluster standby = writer.other();
        return switch (where) {
            case WRITER_HEAD -> List.of(writer.head());
            case WRITER_REPLICA -> List.of(one(writer.replicas(), pick));
            case WRITER_CLUSTER -> writer.members();
            case STANDBY_HEAD -> List.of(standby.head());
            case STANDBY_REPLICA -> List.of(one(standby.replicas(), pick));
            case STANDBY_CLUSTER -> standby.members();
            case EVERY_NODE -> Cluster.nodes();
            case APPLICATION -> List.of();
        };
    }

    private static NodeName one(List<NodeName> nodes, int pick) {
        return nodes.get(Math.floorMod(pick, nodes.size()));
    }

    private static Runnable hurtApplication(ChaosSystem system, FaultKind.What what) {
        return switch (what) {
            case KILL -> {
                system.killApplication();
                yield system::startApplication;
            }
            case PAUSE -> {
                system.pauseApplication();
                yield system::resumeApplication;
            }
            case RESTART, LOCK_ROWS, CUT_OFF, SILENCE, SLOW, CUT_REPLICATION, SLOW_REPLICATION ->
                throw new IllegalArgumentException(what + " is nothing that the application can suffer");
        };
    }

    private static Runnable hurt(ChaosSystem system, FaultKind.What what, List<NodeName> nodes) {
        return switch (what) {
            case KILL -> {
                system.kill(nodes);
                yield () -> system.start(nodes);
            }
            case PAUSE -> {
                system.pause(nodes);
                yield () -> system.resume(nodes);
            }
            case RESTART -> {
                system.restart(nodes);
                yield () -> {};
            }
            case LOCK_ROWS -> lockRows(system, nodes.get(0));
            case CUT_OFF -> through(system.links().application(nodes), TcpProxy::cut, TcpProxy::open);
            case SILENCE -> through(system.links().application(nodes), TcpProxy::blackhole, TcpProxy::open);
            case SLOW ->
                through(
                        system.links().application(nodes),
                        link -> link.slowDown(SLOW_BY),
                        link -> link.slowDown(Duration.ZERO));
            case CUT_REPLICATION -> through(replication(system, nodes), TcpProxy::cut, TcpProxy::open);
            case SLOW_REPLICATION ->
                through(
                        replication(system, nodes),
                        link -> link.slowDown(SLOW_BY),
                        link -> link.slowDown(Duration.ZERO));
        };
    }

    private static List<TcpProxy> replication(ChaosSystem system, List<NodeName> followers) {
        boolean isBetweenClusters =
                followers.stream().anyMatch(node -> node == NodeName.PRIMARY || node == NodeName.FAILOVER);
        return isBetweenClusters ? system.links().clusters() : system.links().followers(followers);
    }

    private static Runnable through(List<TcpProxy> links, Consumer<TcpProxy> fault, Consumer<TcpProxy> end) {
        links.forEach(fault);
        return () -> links.forEach(end);
    }

    // Closing the connection is what ends it: its transaction is rolled back.
    private static Runnable lockRows(ChaosSystem system, NodeName head) {
        try {
            Connection connection = system.connect(head);
            connection.setAutoCommit(false);
            try (PreparedStatement lock = connection.prepareStatement("select id from memory.agent for update")) {
                lock.execute();
            }
            return () -> close(connection);
        } catch (SQLException failure) {
            // The node may be hurt by another fault; then there is nobody to wait either.
            return () -> {};
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException gone) {
            System.getLogger(Injection.class.getName())
                    .log(System.Logger.Level.DEBUG, "the node went before its locks", gone);
        }
    }
}
