package org.holdfast.it.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.holdfast.it.chaos.Ambush.Struck;
import org.holdfast.it.chaos.SwitchStep.Change;
import org.holdfast.launcher.NodeName;

/** A fault that has begun: whom it hit, and how it ends. */
final class Injection {
    private static final Duration SLOW_BY = Duration.ofMillis(40);
    private static final int LOG_MEGABYTES = 64;
    private static final Duration CALM_WITHIN = Duration.ofSeconds(15);
    private static final List<Duration> JUMPS = Stream.of(2, 10, 60, 600)
            .flatMap(seconds -> Stream.of(Duration.ofSeconds(seconds), Duration.ofSeconds(-seconds)))
            .toList();

    /**
     * What an end showed.
     *
     * @param remark for people; may be empty
     */
    record Ending(String remark, List<Violation> violations) {
        static final Ending SILENT = new Ending("", List.of());
    }

    private final String description;
    private final Supplier<Ending> end;

    private Injection(String description, Runnable end) {
        this(description, () -> {
            end.run();
            return Ending.SILENT;
        });
    }

    private Injection(String description, Supplier<Ending> end) {
        this.description = description;
        this.end = end;
    }

    /** Begins a fault. {@code pick} decides where several nodes would do. */
    static Injection begin(ChaosSystem system, FaultKind kind, int pick) {
        if (kind.what().needsLinks() && system.links().isEmpty()) {
            throw new IllegalArgumentException(kind.label() + " needs a topology whose links go through proxies");
        }
        boolean isEquipped = switch (kind.what()) {
            case FILL_DISK -> !system.disks().isEmpty();
            case JUMP_CLOCK -> !system.clocks().isEmpty();
            default -> true;
        };
        if (!isEquipped) {
            throw new IllegalArgumentException(kind.label() + " needs a topology that is made for it");
        }
        if (kind.where() == FaultKind.Where.APPLICATION) {
            return hurtApplication(system, kind, pick);
        }
        if (kind.where() == FaultKind.Where.WRITER_TRAFFIC) {
            return disturbTraffic(system, kind, pick);
        }
        List<NodeName> nodes = nodes(system.writer(), kind.where(), pick);
        String description = kind.label() + " " + labels(nodes);
        return new Injection(description, hurt(system, kind.what(), nodes));
    }

    Ending end() {
        return end.get();
    }

    @Override
    public String toString() {
        return description;
    }

    private static List<String> labels(List<NodeName> nodes) {
        return nodes.stream().map(NodeName::label).toList();
    }

    private static List<NodeName> nodes(Cluster writer, FaultKind.Where where, int pick) {
        Cluster standby = writer.other();
        return switch (where) {
            case WRITER_HEAD -> List.of(writer.head());
            case WRITER_MEMBER -> List.of(one(writer.members(), pick));
            case WRITER_REPLICA -> List.of(one(writer.replicas(), pick));
            case WRITER_CLUSTER -> writer.members();
            case STANDBY_HEAD -> List.of(standby.head());
            case STANDBY_REPLICA -> List.of(one(standby.replicas(), pick));
            case STANDBY_CLUSTER -> standby.members();
            case EVERY_NODE -> Cluster.nodes();
            case REDIS -> List.of(NodeName.REDIS_A);
            case APPLICATION, WRITER_TRAFFIC -> List.of();
        };
    }

    private static <T> T one(List<T> some, int pick) {
        return some.get(Math.floorMod(pick, some.size()));
    }

    private static Injection disturbTraffic(ChaosSystem system, FaultKind kind, int pick) {
        return switch (kind.what()) {
            case SWITCH -> new Injection(kind.label() + ": " + system.switchWriter(), () -> {});
            case LOCK_ROWS ->
                new Injection(kind.label(), lockRows(system, system.writer().head()));
            case DEADLOCK -> {
                Deadlock deadlock = Deadlock.begin(system, system.writer().head(), pick);
                yield new Injection(
                        kind.label() + " over " + deadlock.table(),
                        () -> new Ending(deadlock.end() + " cycles", List.of()));
            }
            case EXHAUST_POOL -> {
                Optional<Flood> flood = Flood.begin(system);
                yield new Injection(
                        kind.label() + (flood.isPresent() ? "" : ": nobody there"),
                        () -> flood.map(Flood::end).orElse(Ending.SILENT));
            }
            case KILL,
                    PAUSE,
                    RESTART,
                    KILL_IN_SWITCH,
                    KILL_IN_TAKEOVER,
                    KILL_IN_REJOIN,
                    PARTITION,
                    FILL_DISK,
                    JUMP_CLOCK,
                    CUT_OFF,
                    SILENCE,
                    SLOW,
                    CUT_REPLICATION,
                    SLOW_REPLICATION -> throw new IllegalArgumentException(kind.what() + " needs a victim");
        };
    }

    private static Injection hurtApplication(ChaosSystem system, FaultKind kind, int pick) {
        Instance instance = one(system.instances(), pick);
        String description = kind.label() + " [" + instance.name() + "]";
        return switch (kind.what()) {
            case KILL -> {
                instance.kill();
                yield new Injection(description, instance::start);
            }
            case PAUSE -> {
                instance.pause();
                yield new Injection(description, instance::resume);
            }
            case JUMP_CLOCK ->
                jumpClock(
                        system, instance, description, pick / system.instances().size());
            case PARTITION ->
                partition(
                        system, instance, description, pick / system.instances().size());
            case KILL_IN_SWITCH -> killInSwitch(system, description, pick);
            case KILL_IN_TAKEOVER -> killInTakeover(system, description, pick);
            case KILL_IN_REJOIN -> killInRejoin(system, description, pick);
            case RESTART,
                    SWITCH,
                    LOCK_ROWS,
                    DEADLOCK,
                    EXHAUST_POOL,
                    FILL_DISK,
                    CUT_OFF,
                    SILENCE,
                    SLOW,
                    CUT_REPLICATION,
                    SLOW_REPLICATION ->
                throw new IllegalArgumentException(kind.what() + " is nothing that the application can suffer");
        };
    }

    private static Injection jumpClock(ChaosSystem system, Instance instance, String description, int pick) {
        Duration by = one(JUMPS, pick);
        system.clocks().set(instance, by);
        return new Injection(description + " by " + by, () -> system.clocks().set(instance, Duration.ZERO));
    }

    private static Injection partition(ChaosSystem system, Instance instance, String description, int pick) {
        FaultKind.Where from = one(
                List.of(
                        FaultKind.Where.WRITER_HEAD,
                        FaultKind.Where.WRITER_CLUSTER,
                        FaultKind.Where.STANDBY_CLUSTER,
                        FaultKind.Where.EVERY_NODE),
                pick);
        boolean isSilent = Math.floorMod(pick / 4, 2) == 1;
        List<NodeName> nodes = nodes(system.writer(), from, pick);
        Runnable end = through(
                system.links().instance(instance.number(), nodes),
                isSilent ? TcpProxy::blackhole : TcpProxy::cut,
                TcpProxy::open);
        return new Injection(
                description + (isSilent ? " does not hear from " : " is cut off from ") + labels(nodes), end);
    }

    private static Injection killInSwitch(ChaosSystem system, String description, int pick) {
        Ambush ambush = ambush(system);
        // The request may come back only when the step goes on, which is when the application is gone.
        Thread operator = new Thread(system::switchWriter, "chaos-operator");
        operator.setDaemon(true);
        Struck struck = ambush.lay(one(SwitchStep.of(Change.PLANNED), pick), operator::start, () -> killAll(system));
        return new Injection(description + " " + struck.where(), () -> startAll(system));
    }

    private static Injection killInTakeover(ChaosSystem system, String description, int pick) {
        Ambush ambush = ambush(system);
        List<NodeName> head = List.of(system.writer().head());
        List<SwitchStep> steps = SwitchStep.of(Change.TAKEOVER);
        Struck struck = ambush.lay(one(steps, pick), () -> system.kill(head), () -> killAll(system));
        // Where nobody can take over, the application would wait for the head for minutes.
        boolean isHeadFirst = !struck.isHit() || Math.floorMod(pick / steps.size(), 2) == 0;
        String order = isHeadFirst ? ", back after the head" : ", back before the head";
        return new Injection(description + " " + struck.where() + order, () -> {
            if (isHeadFirst) {
                system.start(head);
            }
            startAll(system);
            system.start(head);
        });
    }

    private static Injection killInRejoin(ChaosSystem system, String description, int pick) {
        Ambush ambush = ambush(system);
        List<NodeName> head = List.of(system.writer().head());
        ambush.lay(SwitchStep.TAKEN, () -> system.kill(head), () -> system.start(head));
        Struck struck = ambush.lay(one(SwitchStep.of(Change.REJOIN), pick), () -> {}, () -> killAll(system));
        return new Injection(description + " " + struck.where(), () -> startAll(system));
    }

    // After another fault the standby may still copy, and cannot take over.
    private static Ambush ambush(ChaosSystem system) {
        Deadline.await(CALM_WITHIN, system::isHealthy);
        return new Ambush(system, system.writer());
    }

    // Another instance would go on at once; that the others do without one is what kill-application shows.
    private static void killAll(ChaosSystem system) {
        system.instances().parallelStream().forEach(Instance::kill);
    }

    private static void startAll(ChaosSystem system) {
        system.instances().forEach(Instance::start);
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
            case FILL_DISK -> fillDisk(system, nodes);
            case SWITCH,
                    LOCK_ROWS,
                    DEADLOCK,
                    EXHAUST_POOL,
                    JUMP_CLOCK,
                    PARTITION,
                    KILL_IN_SWITCH,
                    KILL_IN_TAKEOVER,
                    KILL_IN_REJOIN -> throw new IllegalArgumentException(what + " is nothing that a node can suffer");
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

    // The log has room in the segments that it has made before: it is written to until it needs another one.
    private static Runnable fillDisk(ChaosSystem system, List<NodeName> nodes) {
        nodes.forEach(system.disks()::fill);
        try (Connection connection = system.connect(system.writer().head());
                PreparedStatement message = connection.prepareStatement(
                        "select pg_logical_emit_message(false, 'chaos', repeat('x', 1000000))")) {
            for (int megabytes = 0; megabytes < LOG_MEGABYTES; megabytes++) {
                message.execute();
            }
        } catch (SQLException full) {
            // That is what it was for; or another fault has the head, and the clients fill the log.
        }
        return () -> {
            nodes.forEach(system.disks()::free);
            system.start(nodes);
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
            return () -> Ambush.close(connection);
        } catch (SQLException failure) {
            // The node may be hurt by another fault; then there is nobody to wait either.
            return () -> {};
        }
    }
}
