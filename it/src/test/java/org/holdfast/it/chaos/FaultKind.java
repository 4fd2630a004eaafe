package org.holdfast.it.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the nemesis can do. Clusters are named by what they are when the fault begins: the writer takes the writes, the
 * standby is the other one. To add one, name it here; what it hurts and how is put together by {@link Injection}.
 */
enum FaultKind {
    KILL_REPLICA("kill-replica", Where.WRITER_REPLICA, What.KILL),
    PAUSE_REPLICA("pause-replica", Where.WRITER_REPLICA, What.PAUSE),
    RESTART_REPLICA("restart-replica", Where.WRITER_REPLICA, What.RESTART),
    KILL_WRITER("kill-writer", Where.WRITER_HEAD, What.KILL),
    PAUSE_WRITER("pause-writer", Where.WRITER_HEAD, What.PAUSE),
    RESTART_WRITER("restart-writer", Where.WRITER_HEAD, What.RESTART),
    KILL_WRITER_CLUSTER("kill-writer-cluster", Where.WRITER_CLUSTER, What.KILL),
    PAUSE_WRITER_CLUSTER("pause-writer-cluster", Where.WRITER_CLUSTER, What.PAUSE),
    RESTART_WRITER_CLUSTER("restart-writer-cluster", Where.WRITER_CLUSTER, What.RESTART),
    KILL_STANDBY("kill-standby", Where.STANDBY_HEAD, What.KILL),
    PAUSE_STANDBY("pause-standby", Where.STANDBY_HEAD, What.PAUSE),
    KILL_STANDBY_REPLICA("kill-standby-replica", Where.STANDBY_REPLICA, What.KILL),
    KILL_STANDBY_CLUSTER("kill-standby-cluster", Where.STANDBY_CLUSTER, What.KILL),
    PAUSE_STANDBY_CLUSTER("pause-standby-cluster", Where.STANDBY_CLUSTER, What.PAUSE),
    KILL_APPLICATION("kill-application", Where.APPLICATION, What.KILL),
    PAUSE_APPLICATION("pause-application", Where.APPLICATION, What.PAUSE),
    KILL_APPLICATION_IN_SWITCH("kill-application-in-switch", Where.APPLICATION, What.KILL_IN_SWITCH),
    KILL_APPLICATION_IN_TAKEOVER("kill-application-in-takeover", Where.APPLICATION, What.KILL_IN_TAKEOVER),
    KILL_APPLICATION_IN_REJOIN("kill-application-in-rejoin", Where.APPLICATION, What.KILL_IN_REJOIN),
    SWITCH_WRITER("switch-writer", Where.WRITER_TRAFFIC, What.SWITCH),
    PARTITION_INSTANCE("partition-instance", Where.APPLICATION, What.PARTITION),
    LOCK_ROWS("lock-rows", Where.WRITER_TRAFFIC, What.LOCK_ROWS),
    DEADLOCK("deadlock", Where.WRITER_TRAFFIC, What.DEADLOCK),
    EXHAUST_POOL("exhaust-pool", Where.WRITER_TRAFFIC, What.EXHAUST_POOL),
    FILL_DISK("fill-disk", Where.WRITER_MEMBER, What.FILL_DISK),
    JUMP_CLOCK("jump-clock", Where.APPLICATION, What.JUMP_CLOCK),
    CUT_REPLICA_LINK("cut-replica-link", Where.WRITER_REPLICA, What.CUT_REPLICATION),
    SLOW_REPLICA_LINK("slow-replica-link", Where.WRITER_REPLICA, What.SLOW_REPLICATION),
    CUT_CLUSTER_LINK("cut-cluster-link", Where.STANDBY_HEAD, What.CUT_REPLICATION),
    SLOW_CLUSTER_LINK("slow-cluster-link", Where.STANDBY_HEAD, What.SLOW_REPLICATION),
    CUT_OFF_WRITER("cut-off-writer", Where.WRITER_HEAD, What.CUT_OFF),
    SILENCE_WRITER("silence-writer", Where.WRITER_HEAD, What.SILENCE),
    CUT_OFF_REPLICA("cut-off-replica", Where.WRITER_REPLICA, What.CUT_OFF),
    SILENCE_REPLICA("silence-replica", Where.WRITER_REPLICA, What.SILENCE),
    CUT_OFF_WRITER_CLUSTER("cut-off-writer-cluster", Where.WRITER_CLUSTER, What.CUT_OFF),
    SILENCE_STANDBY_CLUSTER("silence-standby-cluster", Where.STANDBY_CLUSTER, What.SILENCE),
    CUT_OFF_DATABASES("cut-off-databases", Where.EVERY_NODE, What.CUT_OFF),
    SILENCE_DATABASES("silence-databases", Where.EVERY_NODE, What.SILENCE),
    SLOW_DATABASES("slow-databases", Where.EVERY_NODE, What.SLOW),
    KILL_REDIS("kill-redis", Where.REDIS, What.KILL),
    PAUSE_REDIS("pause-redis", Where.REDIS, What.PAUSE),
    RESTART_REDIS("restart-redis", Where.REDIS, What.RESTART);

    enum Where {
        WRITER_HEAD,
        WRITER_REPLICA,
        /** The head or one of its replicas. */
        WRITER_MEMBER,
        WRITER_CLUSTER,
        STANDBY_HEAD,
        STANDBY_REPLICA,
        STANDBY_CLUSTER,
        /** Every database. */
        EVERY_NODE,
        REDIS,
        APPLICATION,
        /** No process and no link is hurt; others use the system too. */
        WRITER_TRAFFIC
    }

    enum What {
        KILL,
        PAUSE,
        RESTART,
        /** An operator asks for a planned switch to the other cluster. */
        SWITCH,
        /** Killed in the middle of a step of a planned switch. */
        KILL_IN_SWITCH,
        /** The writer's head is killed, and the application in the middle of a step of the takeover. */
        KILL_IN_TAKEOVER,
        /** Killed while the old head, which was killed before, becomes a standby again. */
        KILL_IN_REJOIN,
        /** One instance no longer reaches the writer, a cluster or any database; the other instances do. */
        PARTITION,
        /** A transaction of somebody else holds every register. */
        LOCK_ROWS,
        /** Writes of the application are ended by PostgreSQL, because somebody else waits for them in turn. */
        DEADLOCK,
        /** More writes at once than there are connections, all waiting. */
        EXHAUST_POOL,
        /** Not a page is left. */
        FILL_DISK,
        /** The wall clock is wrong. */
        JUMP_CLOCK,
        /** Connections of the application are reset. */
        CUT_OFF,
        /** Nothing arrives between application and node, nothing fails. */
        SILENCE,
        SLOW,
        CUT_REPLICATION,
        SLOW_REPLICATION;

        boolean needsLinks() {
            return switch (this) {
                case PARTITION, CUT_OFF, SILENCE, SLOW, CUT_REPLICATION, SLOW_REPLICATION -> true;
                case KILL,
                        PAUSE,
                        RESTART,
                        SWITCH,
                        KILL_IN_SWITCH,
                        KILL_IN_TAKEOVER,
                        KILL_IN_REJOIN,
                        LOCK_ROWS,
                        DEADLOCK,
                        EXHAUST_POOL,
                        FILL_DISK,
                        JUMP_CLOCK -> false;
            };
        }
    }

    private final String label;
    private final Where where;
    private final What what;

    FaultKind(String label, Where where, What what) {
        this.label = label;
        this.where = where;
        this.what = what;
    }

    String label() {
        return label;
    }

    Where where() {
        return where;
    }

    What what() {
        return what;
    }

    /** Why it is not to be had on this machine, or with so many instances of the application; empty when it is. */
    Optional<String> whyNot(int instances) {
        return switch (what) {
            case PARTITION -> instances > 1 ? Optional.empty() : Optional.of("there is one instance alone");
            case FILL_DISK -> Disks.whyNot();
            case JUMP_CLOCK -> Clocks.whyNot();
            case KILL,
                    PAUSE,
                    RESTART,
                    SWITCH,
                    KILL_IN_SWITCH,
                    KILL_IN_TAKEOVER,
                    KILL_IN_REJOIN,
                    LOCK_ROWS,
                    DEADLOCK,
                    EXHAUST_POOL,
                    CUT_OFF,
                    SILENCE,
                    SLOW,
                    CUT_REPLICATION,
                    SLOW_REPLICATION -> Optional.empty();
        };
    }

    static FaultKind named(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no fault is called " + label + "; there are " + String.join(" ", labels())));
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(FaultKind::label).toList();
    }
}
