package org.holdfast.failover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.EpochState;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What the head of one cluster is told and asked about who writes. Every method is one or few short statements over the
 * pool {@code jdbc/<head>_control}, whose time-outs bound it. Thread-safe.
 */
final class HeadControl {
    /** What became of a vote. */
    enum Claim {
        /** The epoch is claimed, by this vote or before. */
        CLAIMED,
        /** The vote is there; others are missing. */
        VOTED,
        /** A later epoch is there already, or the instance has taken its vote back meanwhile. */
        OVERTAKEN,
        /** The head does not have everything: it does not follow the other cluster with every table. */
        INCOMPLETE
    }

    private record Newest(long epoch, Cluster writer, EpochState state) {}

    private record Worker(@Nullable String pid, @Nullable String applied, boolean isIdle) {}

    private static final String NEWEST =
            "select epoch, writer, state from ops.cluster_switch order by epoch desc limit 1";
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('holdfast.lease'))";
    private static final String WORKER = """
            select w.pid, o.remote_lsn, coalesce(a.wait_event = 'LogicalApplyMain', false)
            from pg_subscription s
            left join pg_stat_subscription w on w.subid = s.oid and w.relid is null
            left join pg_stat_activity a on a.pid = w.pid
            left join pg_show_replication_origin_status() o on o.external_id = 'pg_' || s.oid
            where s.subname = 'holdfast'
            """;
    private static final String IS_COMPLETE = """
            select coalesce(bool_and(r.srsubstate = 'r'), false)
            from pg_subscription s join pg_subscription_rel r on r.srsubid = s.oid
            where s.subname = 'holdfast'
            """;
    private static final long SAMPLE_NANOS = Duration.ofMillis(20).toNanos();

    private final Cluster cluster;
    private final NodeId node;
    private final String target;
    private volatile @Nullable DataSource pool;

    /**
     * The control of a head.
     *
     * @param target the libpq connection string, with the password, by which the other cluster reaches this head; empty
     *     while there is no other
     */
    HeadControl(Cluster cluster, NodeId node, String target) {
        this.cluster = cluster;
        this.node = node;
        this.target = target;
    }

    Cluster cluster() {
        return cluster;
    }

    NodeId node() {
        return node;
    }

    /** Votes, with a ticket, and asks for the next one. No ttl: there is no other cluster, and the lease never ends. */
    Renewal renew(FailoverConfig config, long epoch, Optional<String> ticket, Optional<Duration> ttl)
            throws SQLException {
        try (Connection connection = connection();
                PreparedStatement renewal = connection.prepareStatement(
                        "select * from ops.renew_lease(?, ?, ?, ?, ?::timestamptz, ?::interval)")) {
            renewal.setString(1, cluster.name());
            renewal.setString(2, config.instance());
            renewal.setArray(
                    3, connection.createArrayOf("text", config.members().toArray()));
            renewal.setLong(4, epoch);
            renewal.setString(5, ticket.orElse(null));
            renewal.setString(
                    6, ttl.map(life -> life.toMillis() + " milliseconds").orElse(null));
            try (ResultSet row = renewal.executeQuery()) {
                row.next();
                return new Renewal(
                        row.getString(1),
                        row.getLong(2),
                        Cluster.valueOf(row.getString(3)),
                        EpochState.valueOf(row.getString(4)),
                        Optional.ofNullable(row.getString(5)));
            }
        }
    }

    /** Whether the head follows the other cluster with every table. */
    boolean isComplete() throws SQLException {
        try (Connection connection = connection()) {
            return isTrue(connection, IS_COMPLETE);
        }
    }

    /**
     * Votes for this head to take writes from an epoch on, and claims it when enough have voted.
     *
     * @param turn what {@link #withdraw} gave this instance last; a vote of an earlier turn does not count
     */
    Claim voteAndClaim(FailoverConfig config, long epoch, long turn, String reason) throws SQLException {
        return inTransaction(connection -> {
            run(connection, LOCK);
            Newest newest = newest(connection);
            if (newest.epoch > epoch || (newest.epoch == epoch && newest.writer != cluster)) {
                return Claim.OVERTAKEN;
            }
            if (newest.epoch == epoch) {
                return Claim.CLAIMED;
            }
            if (!isTrue(connection, IS_COMPLETE)) {
                return Claim.INCOMPLETE;
            }
            requireMembers(connection, config);
            try (PreparedStatement vote = connection.prepareStatement("""
                    update ops.claim_vote set epoch = greatest(epoch, ?) where instance = ? and turn = ?
                    """)) {
                vote.setLong(1, epoch);
                vote.setString(2, config.instance());
                vote.setLong(3, turn);
                if (vote.executeUpdate() == 0) {
                    return Claim.OVERTAKEN;
                }
            }
            int needed = config.members().size() / 2 + 1;
            try (PreparedStatement claim = connection.prepareStatement("""
                    insert into ops.cluster_switch (epoch, writer, state, reason)
                    select ?, ?, 'claimed', ?
                    where ? <= (select count(*) from ops.claim_vote where epoch >= ? and instance = any (?))
                    """)) {
                claim.setLong(1, epoch);
                claim.setString(2, cluster.name());
                claim.setString(3, reason);
                claim.setInt(4, needed);
                claim.setLong(5, epoch);
                claim.setArray(
                        6, connection.createArrayOf("text", config.members().toArray()));
                return claim.executeUpdate() == 1 ? Claim.CLAIMED : Claim.VOTED;
            }
        });
    }

    /** Forgets instances that are not in the list whose lease the other head has granted. */
    void forgetOthers(List<String> members) throws SQLException {
        try (Connection connection = connection();
                PreparedStatement deletion =
                        connection.prepareStatement("delete from ops.claim_vote where not instance = any (?)")) {
            deletion.setArray(1, connection.createArrayOf("text", members.toArray()));
            deletion.executeUpdate();
        }
    }

    // A majority of another list of instances would be another majority.
    private void requireMembers(Connection connection, FailoverConfig config) throws SQLException {
        try (PreparedStatement question = connection.prepareStatement(
                "select string_agg(instance, ', ') from ops.claim_vote where not instance = any (?)")) {
            question.setArray(
                    1, connection.createArrayOf("text", config.members().toArray()));
            try (ResultSet row = question.executeQuery()) {
                if (row.next() && row.getString(1) != null) {
                    throw new SQLException(row.getString(1) + " took part before and is not among "
                            + config.members()
                            + " (holdfast.failover.instances); if it is gone for good, delete it from"
                            + " ops.claim_vote on " + node);
                }
            }
        }
    }

    /**
     * Takes an instance's vote for an epoch back, unless the epoch is claimed already.
     *
     * @return the instance's new turn, in which alone it may vote again; empty when the epoch is claimed
     */
    OptionalLong withdraw(String instance, long epoch) throws SQLException {
        return inTransaction(connection -> {
            run(connection, LOCK);
            if (newest(connection).epoch >= epoch) {
                return OptionalLong.empty();
            }
            try (PreparedStatement withdrawal = connection.prepareStatement("""
                    insert into ops.claim_vote as v (instance) values (?)
                    on conflict (instance) do update set epoch = 0, turn = v.turn + 1
                    returning turn
                    """)) {
                withdrawal.setString(1, instance);
                try (ResultSet row = withdrawal.executeQuery()) {
                    row.next();
                    return OptionalLong.of(row.getLong(1));
                }
            }
        });
    }

    /**
     * Lets the apply worker finish what it has received, and stops it. Again is harmless.
     *
     * @throws SQLException when it is not done within {@code longest}
     */
    void drain(Duration longest) throws SQLException {
        long deadline = System.nanoTime() + longest.toNanos();
        try (Connection connection = connection()) {
            Optional<Worker> before = Optional.empty();
            for (Optional<Worker> now = worker(connection); now.isPresent(); now = worker(connection)) {
                if (now.get().pid == null || (now.get().isIdle && now.equals(before))) {
                    break;
                }
                requireTime(deadline, "the apply worker is still at work");
                before = now;
                LockSupport.parkNanos(SAMPLE_NANOS);
            }
            if (worker(connection).isEmpty()) {
                return;
            }
            run(connection, "alter subscription holdfast disable");
            while (worker(connection).filter(now -> now.pid != null).isPresent()) {
                requireTime(deadline, "the apply worker does not end");
                LockSupport.parkNanos(SAMPLE_NANOS);
            }
        }
    }

    /**
     * Ends the subscription, records where the epoch before ended and opens this one, in one transaction. The slot stays on
     * the old head. Again is harmless.
     *
     * @param confirmed up to where this head is known to have the old head's log, besides what it knows itself
     * @return whether this call opened it
     */
    boolean open(long epoch, Optional<LogPosition> confirmed) throws SQLException {
        return inTransaction(connection -> {
            run(connection, LOCK);
            Newest newest = newest(connection);
            if (newest.epoch != epoch || newest.state != EpochState.claimed) {
                return false;
            }
            Optional<Worker> worker = worker(connection);
            if (worker.isPresent()) {
                dropSubscription(connection);
            }
            try (PreparedStatement opening = connection.prepareStatement("""
                    update ops.cluster_switch
                    set state = 'open', start_lsn = pg_current_wal_insert_lsn(), switched_at = now(),
                        prev_end_lsn = greatest(prev_end_lsn, ?::pg_lsn, ?::pg_lsn)
                    where epoch = ?
                    """)) {
                opening.setString(1, worker.map(Worker::applied).orElse(null));
                opening.setString(2, confirmed.map(LogPosition::toString).orElse(null));
                opening.setLong(3, epoch);
                opening.executeUpdate();
            }
            run(connection, "select ops.advance_sequences()");
            return true;
        });
    }

    /** Ends the open epoch for a planned switch: no statement writes from here on; false when it is not open. */
    boolean close(long epoch) throws SQLException {
        return inTransaction(connection -> {
            run(connection, LOCK);
            boolean isClosing = update(connection, """
                    update ops.cluster_switch set state = 'closing', closings = closings + 1
                    where epoch = %d and state = 'open' and writer = '%s'
                      and epoch = (select max(epoch) from ops.cluster_switch)
                    """.formatted(epoch, cluster));
            if (isClosing) {
                run(connection, "delete from ops.write_lease");
            }
            return isClosing;
        });
    }

    /** Goes back from {@link #close}; false when the epoch has ended or is open. */
    boolean reopen(long epoch) throws SQLException {
        return inTransaction(connection -> {
            run(connection, LOCK);
            return update(
                    connection,
                    "update ops.cluster_switch set state = 'open' where state = 'closing' and epoch = " + epoch);
        });
    }

    /**
     * Waits until every transaction that began before now has ended. Halfway those that do not end by themselves are ended:
     * the application's, and whose ever have changed something.
     */
    void awaitOlderTransactions(Duration longest) throws SQLException {
        long begun = System.nanoTime();
        long deadline = begun + longest.toNanos();
        boolean isGentle = true;
        try (Connection connection = connection()) {
            String next = text(connection, "select pg_snapshot_xmax(pg_current_snapshot())");
            String moment = text(connection, "select clock_timestamp()");
            while (!isTrue(connection, "select pg_snapshot_xmin(pg_current_snapshot()) >= '" + next + "'::xid8")) {
                requireTime(deadline, "a transaction on " + node + " does not end");
                if (isGentle && System.nanoTime() - begun >= longest.toNanos() / 2) {
                    isGentle = false;
                    run(connection, "select cluster.end_sessions('" + moment + "')");
                }
                LockSupport.parkNanos(SAMPLE_NANOS);
            }
        }
    }

    /** Leaves a mark in the log that the other cluster receives after everything before it; returns its number. */
    long beat(long epoch) throws SQLException {
        try (Connection connection = connection()) {
            return Long.parseLong(text(connection, """
                    insert into ops.heartbeat as h (cluster, epoch, beat, lsn, at)
                    values ('%s', %d, 1, pg_current_wal_insert_lsn(), clock_timestamp())
                    on conflict (cluster) do update
                        set epoch = excluded.epoch, beat = h.beat + 1, lsn = excluded.lsn, at = excluded.at
                    returning beat
                    """.formatted(cluster, epoch)));
        }
    }

    /**
     * Tells readers how far they are: beats unless another instance has just done so, or the epoch is not this head's newest
     * any more. On a head that is being copied to, a row of its own would be in the way.
     */
    void beatForReaders(long epoch, Duration interval) throws SQLException {
        try (Connection connection = connection()) {
            run(connection, """
                    insert into ops.heartbeat as h (cluster, epoch, beat, lsn, at)
                    select '%s', epoch, 1, pg_current_wal_insert_lsn(), clock_timestamp()
                    from (select epoch, writer from ops.cluster_switch order by epoch desc limit 1) newest
                    where epoch = %d and writer = '%s'
                    on conflict (cluster) do update
                        set epoch = excluded.epoch, beat = h.beat + 1, lsn = excluded.lsn, at = excluded.at
                        where h.epoch <> excluded.epoch or h.at < excluded.at - interval '%d milliseconds'
                    """.formatted(cluster, epoch, cluster, interval.toMillis() / 2));
        }
    }

    /** Waits until this head has received a beat of the other cluster. */
    void awaitBeat(long beat, Duration longest) throws SQLException {
        long deadline = System.nanoTime() + longest.toNanos();
        try (Connection connection = connection()) {
            while (!isTrue(
                    connection,
                    "select exists (select from ops.heartbeat where cluster = '" + cluster.other() + "' and beat >= "
                            + beat + ")")) {
                requireTime(deadline, node + " does not have the last write of the other cluster");
                LockSupport.parkNanos(SAMPLE_NANOS / 4);
            }
        }
    }

    /** Which closing of an epoch is under way; empty when none is. */
    OptionalInt closing(long epoch) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select closings from ops.cluster_switch where state = 'closing' and epoch = " + epoch)) {
            return row.next() ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
        }
    }

    /**
     * The last word on a closed epoch: the other cluster has all of it.
     *
     * @param closing in which that was found: one that was taken back must not end the epoch later
     * @return false when that closing is over
     */
    boolean end(long epoch, int closing) throws SQLException {
        return inTransaction(connection -> {
            run(connection, LOCK);
            return update(connection, """
                    update ops.cluster_switch set state = 'ended', end_lsn = pg_current_wal_flush_lsn()
                    where state = 'closing' and epoch = %d and closings = %d
                    """.formatted(epoch, closing));
        });
    }

    /** Where an epoch ended; empty when this head does not know, or it has not. */
    Optional<LogPosition> endOf(long epoch) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select end_lsn from ops.cluster_switch where state = 'ended' and epoch = " + epoch)) {
            return row.next() ? Optional.ofNullable(row.getString(1)).map(LogPosition::parse) : Optional.empty();
        }
    }

    /** Ends the subscription without its slot. Again is harmless. */
    void unsubscribe() throws SQLException {
        inTransaction(connection -> {
            if (worker(connection).isPresent()) {
                dropSubscription(connection);
            }
            return true;
        });
    }

    boolean isSubscribed() throws SQLException {
        try (Connection connection = connection()) {
            return worker(connection).isPresent();
        }
    }

    /** Follows another head, with a copy of what that has already, or without. */
    void subscribe(HeadControl publisher, boolean withRows) throws SQLException {
        try (Connection connection = connection();
                PreparedStatement call = connection.prepareStatement("select cluster.subscribe(?, ?)")) {
            call.setString(1, publisher.target);
            call.setBoolean(2, withRows);
            call.execute();
        }
    }

    /** Makes the slot that feeds the other cluster, unless it is there. */
    void createSlot() throws SQLException {
        try (Connection connection = connection()) {
            run(connection, "select cluster.create_slot()");
        }
    }

    /** What became of the slot that feeds the other cluster: {@code reserved}, {@code lost} and so on; empty without one. */
    Optional<String> slotStatus() throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select coalesce(wal_status, 'reserved') from pg_replication_slots where slot_name = 'holdfast'")) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    /** Drops the slot that feeds the other cluster, with those of its first copies. Again is harmless. */
    void dropSlot(Duration longest) throws SQLException {
        long deadline = System.nanoTime() + longest.toNanos();
        try (Connection connection = connection()) {
            while (!isTrue(connection, "select cluster.drop_slot()")) {
                requireTime(deadline, "a slot on " + node + " is still in use");
                LockSupport.parkNanos(SAMPLE_NANOS);
            }
        }
    }

    /**
     * Opens an epoch on this head after the one before has ended in a planned switch. Again is harmless.
     *
     * @param before the epochs so far: this head was not told of those that began elsewhere
     * @return whether this call opened it
     */
    boolean openPlanned(long epoch, LogPosition previousEnd, String reason, List<Epoch> before) throws SQLException {
        return inTransaction(connection -> {
            run(connection, LOCK);
            if (newest(connection).epoch >= epoch) {
                return false;
            }
            copy(connection, before);
            run(connection, "select ops.advance_sequences()");
            try (PreparedStatement opening = connection.prepareStatement("""
                    insert into ops.cluster_switch (epoch, writer, state, prev_end_lsn, start_lsn, reason)
                    values (?, ?, 'open', ?::pg_lsn, pg_current_wal_insert_lsn(), ?)
                    """)) {
                opening.setLong(1, epoch);
                opening.setString(2, cluster.name());
                opening.setString(3, previousEnd.toString());
                opening.setString(4, reason);
                opening.executeUpdate();
            }
            return true;
        });
    }

    /** Tells this head of epochs that it missed, ends its own ones and every session of the application. */
    void fence(List<Epoch> epochs) throws SQLException {
        inTransaction(connection -> {
            run(connection, LOCK);
            run(connection, "delete from ops.write_lease");
            run(connection, "update ops.cluster_switch set state = 'ended' where writer = '" + cluster + "'");
            copy(connection, epochs);
            run(connection, "select cluster.end_sessions('infinity')");
            return true;
        });
    }

    /** Whether there is not a single tenant here. */
    boolean isEmpty() throws SQLException {
        try (Connection connection = connection()) {
            return isTrue(connection, "select not exists (select from auth.tenant)");
        }
    }

    /** Whether this head has been told of an epoch. */
    boolean knows(long epoch) throws SQLException {
        try (Connection connection = connection()) {
            return newest(connection).epoch >= epoch;
        }
    }

    private static void copy(Connection connection, List<Epoch> epochs) throws SQLException {
        try (PreparedStatement copy = connection.prepareStatement("""
                insert into ops.cluster_switch (epoch, writer, state, prev_end_lsn, start_lsn, switched_at, reason)
                values (?, ?, ?, ?::pg_lsn, ?::pg_lsn, ?::timestamptz, ?) on conflict do nothing
                """)) {
            for (Epoch epoch : epochs) {
                copy.setLong(1, epoch.number());
                copy.setString(2, epoch.writer().name());
                copy.setString(3, epoch.state().name());
                copy.setString(4, epoch.previousEnd().map(LogPosition::toString).orElse(null));
                copy.setString(5, epoch.start().map(LogPosition::toString).orElse(null));
                copy.setString(6, epoch.since().toString());
                copy.setString(7, epoch.reason());
                copy.executeUpdate();
            }
        }
    }

    // The slot is the other head's business: it may not answer, and what it holds may be needed.
    private static void dropSubscription(Connection connection) throws SQLException {
        run(connection, "alter subscription holdfast disable");
        run(connection, "alter subscription holdfast set (slot_name = none)");
        run(connection, "drop subscription holdfast");
    }

    private static boolean update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql) == 1;
        }
    }

    private static String text(Connection connection, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void requireTime(long deadline, String otherwise) throws SQLException {
        if (System.nanoTime() - deadline >= 0) {
            throw new SQLException(otherwise);
        }
    }

    private static Newest newest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(NEWEST)) {
            row.next();
            return new Newest(row.getLong(1), Cluster.valueOf(row.getString(2)), EpochState.valueOf(row.getString(3)));
        }
    }

    /** The apply worker; empty when there is no subscription, without a pid when none runs. */
    private static Optional<Worker> worker(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WORKER)) {
            return row.next()
                    ? Optional.of(new Worker(row.getString(1), row.getString(2), row.getBoolean(3)))
                    : Optional.empty();
        }
    }

    /** Work within one transaction. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = connection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failure) {
                connection.rollback();
                throw failure;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static boolean isTrue(Connection connection, String question) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(question)) {
            return isTrue(statement);
        }
    }

    private static boolean isTrue(PreparedStatement question) throws SQLException {
        try (ResultSet row = question.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Connections of the schema's owner for statements that take long. */
    DataSource owner() throws SQLException {
        return lookUp("jdbc/" + node + "_owner");
    }

    private Connection connection() throws SQLException {
        DataSource found = pool;
        if (found == null) {
            found = lookUp("jdbc/" + node + "_control");
            pool = found;
        }
        return found.getConnection();
    }

    private static DataSource lookUp(String name) throws SQLException {
        try {
            return InitialContext.doLookup(name);
        } catch (NamingException absent) {
            throw new SQLException("no JDBC resource " + name, "08001", absent);
        }
    }
}
