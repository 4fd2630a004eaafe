package org.holdfast.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.jdbc.Database;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * How one head follows the other, and feeds it: its subscription, its slot, and what is still under way between the two.
 * Every method is one or few short statements; what waits has a bound. Thread-safe.
 */
final class HeadReplication {
    private record Worker(@Nullable String pid, @Nullable String applied, boolean isIdle) {
        boolean runs() {
            return pid != null;
        }
    }

    private static final String WORKER = """
            select w.pid, o.remote_lsn, coalesce(a.wait_event = 'LogicalApplyMain', false)
            from pg_subscription s
            left join pg_stat_subscription w on w.subid = s.oid and w.relid is null
            left join pg_stat_activity a on a.pid = w.pid
            left join pg_show_replication_origin_status() o on o.external_id = 'pg_' || s.oid
            where s.subname = 'holdfast'
            """;
    private static final String MISSING = """
            select case
                when not coalesce(bool_and(r.srsubstate = 'r'), false)
                    then 'it does not have every table of the other cluster'
                when not bool_and(s.subenabled) and not ops.is_confirmed_lost(?)
                    then 'somebody disabled its subscription, so it may lack any amount; an operator may confirm the loss'
                end
            from pg_subscription s left join pg_subscription_rel r on r.srsubid = s.oid
            where s.subname = 'holdfast'
            """;
    private static final String BEAT = """
            insert into ops.heartbeat as h (cluster, epoch, beat, lsn, at)
            values (?, ?, 1, pg_current_wal_insert_lsn(), clock_timestamp())
            on conflict (cluster) do update
                set epoch = excluded.epoch, beat = h.beat + 1, lsn = excluded.lsn, at = excluded.at
            returning beat
            """;
    private static final String BEAT_FOR_READERS = """
            insert into ops.heartbeat as h (cluster, epoch, beat, lsn, at)
            select writer, epoch, 1, pg_current_wal_insert_lsn(), clock_timestamp()
            from (select epoch, writer, state from ops.cluster_switch order by epoch desc limit 1) newest
            where epoch = ? and writer = ? and state = 'open'
            on conflict (cluster) do update
                set epoch = excluded.epoch, beat = h.beat + 1, lsn = excluded.lsn, at = excluded.at
                where h.epoch <> excluded.epoch or h.at < excluded.at - ?::interval
            """;
    // A copied table needs the slot of its copy until it has caught up.
    private static final String NEEDED_SLOTS = """
            select s.subslotname::text from pg_subscription s
            where s.subname = 'holdfast' and s.subenabled and s.subslotname is not null
            union all
            select format('pg_%s_sync_%s_%s', s.oid, r.srrelid, c.system_identifier)
            from pg_subscription s join pg_subscription_rel r on r.srsubid = s.oid, pg_control_system() c
            where s.subname = 'holdfast' and s.subenabled and r.srsubstate = 'f'
            """;
    private static final String USELESS_SLOTS = """
            select needed from unnest(?) needed
            where not exists (select from pg_replication_slots where slot_name = needed and wal_status is distinct from 'lost')
            """;
    private static final Duration SAMPLE = Duration.ofMillis(20);
    private static final Duration BEAT_SAMPLE = Duration.ofMillis(5);

    /** Something that may be so soon. */
    private interface Condition {
        boolean isMet() throws SQLException;
    }

    private final Cluster cluster;
    private final NodeId node;
    private final Database control;
    private final String target;

    HeadReplication(Cluster cluster, NodeId node, Database control, String target) {
        this.cluster = cluster;
        this.node = node;
        this.control = control;
        this.target = target;
    }

    /**
     * Why this head cannot replace the writer of an epoch; empty when it can: it has every table and receives what comes, or
     * an operator has confirmed the loss of what it did not receive.
     */
    Optional<String> whatIsMissing(long lostEpoch) throws SQLException {
        return control.with(connection -> whatIsMissing(connection, lostEpoch));
    }

    static Optional<String> whatIsMissing(Connection connection, long lostEpoch) throws SQLException {
        return Database.first(connection, row -> row.getString(1), MISSING, lostEpoch);
    }

    /** Waits until the apply worker, if one runs, has finished what it has received. */
    void awaitIdle(Duration longest) throws SQLException {
        long deadline = System.nanoTime() + longest.toNanos();
        try (Connection connection = control.connection()) {
            Optional<Worker> before = Optional.empty();
            Optional<Worker> now = worker(connection);
            while (now.filter(Worker::runs).isPresent() && !(now.get().isIdle && now.equals(before))) {
                requireTime(deadline, "the apply worker is still at work");
                LockSupport.parkNanos(SAMPLE.toNanos());
                before = now;
                now = worker(connection);
            }
        }
    }

    /** Waits until no apply worker runs, after the subscription was disabled. */
    void awaitStopped(Duration longest) throws SQLException {
        try (Connection connection = control.connection()) {
            await(
                    () -> worker(connection).filter(Worker::runs).isEmpty(),
                    SAMPLE,
                    System.nanoTime() + longest.toNanos(),
                    "the apply worker does not end");
        }
    }

    /**
     * Waits until every transaction that began before now has ended. Halfway those that do not end by themselves are ended:
     * the application's, and whose ever have changed something.
     */
    void awaitOlderTransactions(Duration longest) throws SQLException {
        long begun = System.nanoTime();
        long deadline = begun + longest.toNanos();
        boolean isGentle = true;
        try (Connection connection = control.connection()) {
            String next = text(connection, "select pg_snapshot_xmax(pg_current_snapshot())");
            String moment = text(connection, "select clock_timestamp()");
            while (!Database.isTrue(connection, "select pg_snapshot_xmin(pg_current_snapshot()) >= ?::xid8", next)) {
                requireTime(deadline, "a transaction on " + node + " does not end");
                if (isGentle && System.nanoTime() - begun >= longest.toNanos() / 2) {
                    isGentle = false;
                    Database.run(connection, "select cluster.end_sessions(?::timestamptz)", moment);
                }
                LockSupport.parkNanos(SAMPLE.toNanos());
            }
        }
    }

    /** Leaves a mark in the log that the other cluster receives after everything before it; returns its number. */
    long beat(long epoch) throws SQLException {
        return control.first(row -> row.getLong(1), BEAT, cluster.name(), epoch).orElseThrow();
    }

    /**
     * Tells readers how far they are: beats unless another instance has just done so, or the epoch is not this head's newest
     * any more. On a head that is being copied to, a row of its own would be in the way; and the other cluster would never
     * have a row that is there before the slot, which an open epoch has.
     */
    void beatForReaders(long epoch, Duration interval) throws SQLException {
        control.run(BEAT_FOR_READERS, epoch, cluster.name(), interval.toMillis() / 2 + " milliseconds");
    }

    /** Waits until this head has received a beat of the other cluster. */
    void awaitBeat(long beat, Duration longest) throws SQLException {
        long deadline = System.nanoTime() + longest.toNanos();
        try (Connection connection = control.connection()) {
            await(
                    () -> Database.isTrue(
                            connection,
                            "select exists (select from ops.heartbeat where cluster = ? and beat >= ?)",
                            cluster.other().name(),
                            beat),
                    BEAT_SAMPLE,
                    deadline,
                    node + " does not have the last write of the other cluster");
        }
    }

    /**
     * Ends the subscription, if there is one, in a transaction. The slot is the other head's business: it may not answer,
     * and what it holds may be needed.
     *
     * @return up to where it had applied the other head's log
     */
    static Optional<String> unsubscribe(Connection connection) throws SQLException {
        Optional<Worker> worker = worker(connection);
        if (worker.isPresent()) {
            Database.run(connection, "alter subscription holdfast disable");
            Database.run(connection, "alter subscription holdfast set (slot_name = none)");
            Database.run(connection, "drop subscription holdfast");
        }
        return worker.map(Worker::applied);
    }

    boolean isSubscribed() throws SQLException {
        return control.with(HeadReplication::isSubscribed);
    }

    static boolean isSubscribed(Connection connection) throws SQLException {
        return worker(connection).isPresent();
    }

    static int subscribe(Connection connection, HeadReplication publisher, boolean withRows) throws SQLException {
        return Database.run(connection, "select cluster.subscribe(?, ?)", publisher.target, withRows);
    }

    /** Makes the slot that feeds the other cluster, unless it is there. */
    static int createSlot(Connection connection) throws SQLException {
        return Database.run(connection, "select cluster.create_slot()");
    }

    /** Whether the slot is here that feeds the other cluster. */
    boolean hasSlot() throws SQLException {
        return control.isTrue("select exists (select from pg_replication_slots where slot_name = 'holdfast')");
    }

    /** The slots at the other head without which this one never gets on by itself: its own, and those of copied tables. */
    List<String> neededSlots() throws SQLException {
        return control.with(connection -> Database.all(connection, row -> row.getString(1), NEEDED_SLOTS));
    }

    /** Which of these slots are not here, or have lost their log. */
    Set<String> uselessOf(List<String> slots) throws SQLException {
        return Set.copyOf(
                control.with(connection -> Database.all(connection, row -> row.getString(1), USELESS_SLOTS, slots)));
    }

    /** Drops the slot that feeds the other cluster, with those of its first copies. Again is harmless. */
    void dropSlot(Duration longest) throws SQLException {
        try (Connection connection = control.connection()) {
            dropSlot(connection, longest);
        }
    }

    void dropSlot(Connection connection, Duration longest) throws SQLException {
        await(
                () -> Database.isTrue(connection, "select cluster.drop_slot()"),
                SAMPLE,
                System.nanoTime() + longest.toNanos(),
                "a slot on " + node + " is still in use");
    }

    /** Whether there is not a single tenant here. */
    boolean isEmpty() throws SQLException {
        return control.isTrue("select not exists (select from auth.tenant)");
    }

    private static void await(Condition condition, Duration sample, long deadline, String otherwise)
            throws SQLException {
        while (!condition.isMet()) {
            requireTime(deadline, otherwise);
            LockSupport.parkNanos(sample.toNanos());
        }
    }

    private static void requireTime(long deadline, String otherwise) throws SQLException {
        if (System.nanoTime() - deadline >= 0) {
            throw new SQLException(otherwise);
        }
    }

    private static String text(Connection connection, String question) throws SQLException {
        return Database.first(connection, row -> row.getString(1), question).orElseThrow();
    }

    /** The apply worker; empty when there is no subscription, without a pid when none runs. */
    private static Optional<Worker> worker(Connection connection) throws SQLException {
        return Database.first(
                connection, row -> new Worker(row.getString(1), row.getString(2), row.getBoolean(3)), WORKER);
    }
}
