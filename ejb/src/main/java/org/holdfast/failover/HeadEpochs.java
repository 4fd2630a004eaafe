package org.holdfast.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.holdfast.jdbc.Database;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.EpochState;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.NodeId;

/**
 * Who writes, as one head keeps it: its lease, the votes of the instances and its epochs. Every method is one or few short
 * statements. What changes an epoch takes one advisory lock, so that of two callers the later sees what the earlier did.
 * Thread-safe.
 */
final class HeadEpochs {
    /** What became of a vote. */
    enum Claim {
        /** The epoch is claimed, by this vote or before. */
        CLAIMED,
        /** The vote is there; others are missing. */
        VOTED,
        /** A later epoch is there already, or the instance has taken its vote back meanwhile. */
        OVERTAKEN,
        /** The head does not have everything: see {@link HeadReplication#whatIsMissing(long)}. */
        INCOMPLETE
    }

    private record Newest(long epoch, Cluster writer, EpochState state) {}

    private static final String NEWEST =
            "select epoch, writer, state from ops.cluster_switch order by epoch desc limit 1";
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('holdfast.lease'))";
    // Shorter than the pool waits for an answer: a call that was given up must not go on waiting, lock in hand.
    private static final String STATEMENT_MAX = "set local statement_timeout = 2500";

    private static final String AUDIT_CALLER = """
            select set_config('holdfast.caller', concat_ws(chr(31), 'system', 'failover', '', '', ''), true),
                   set_config('holdfast.epoch', ?::text, true)
            """;
    private static final String AUDIT_OPENED = """
            select audit.record(null, 'EPOCH_OPENED', 'ops.cluster_switch', s.epoch::text,
                                json_build_object('writer', json_build_array(null, s.writer),
                                                  'reason', json_build_array(null, s.reason))::text)
            from ops.cluster_switch s where s.epoch = ?
            """;

    private final Cluster cluster;
    private final NodeId node;
    private final Database control;

    HeadEpochs(Cluster cluster, NodeId node, Database control) {
        this.cluster = cluster;
        this.node = node;
        this.control = control;
    }

    /** Votes, with a ticket, and asks for the next one. No ttl: there is no other cluster, and the lease never ends. */
    Renewal renew(FailoverConfig config, long epoch, Optional<String> ticket, Optional<Duration> ttl)
            throws SQLException {
        return control.first(
                        row -> new Renewal(
                                row.getString(1),
                                row.getLong(2),
                                Cluster.valueOf(row.getString(3)),
                                EpochState.valueOf(row.getString(4)),
                                Optional.ofNullable(row.getString(5))),
                        "select * from ops.renew_lease(?, ?, ?, ?, ?::timestamptz, ?::interval)",
                        cluster.name(),
                        config.instance(),
                        config.members(),
                        epoch,
                        ticket.orElse(null),
                        ttl.map(life -> life.toMillis() + " milliseconds").orElse(null))
                .orElseThrow();
    }

    /**
     * Votes for this head to take writes from an epoch on, and claims it when enough have voted.
     *
     * @param turn what {@link #withdraw} gave this instance last; a vote of an earlier turn does not count
     */
    Claim voteAndClaim(FailoverConfig config, long epoch, long turn, String reason) throws SQLException {
        return change(connection -> {
            Newest newest = newest(connection);
            if (newest.epoch > epoch || (newest.epoch == epoch && newest.writer != cluster)) {
                return Claim.OVERTAKEN;
            }
            if (newest.epoch == epoch) {
                return Claim.CLAIMED;
            }
            if (HeadReplication.whatIsMissing(connection, epoch - 1).isPresent()) {
                return Claim.INCOMPLETE;
            }
            requireMembers(connection, config);
            int voted = Database.run(
                    connection,
                    "update ops.claim_vote set epoch = greatest(epoch, ?) where instance = ? and turn = ?",
                    epoch,
                    config.instance(),
                    turn);
            if (voted == 0) {
                return Claim.OVERTAKEN;
            }
            int claimed = Database.run(
                    connection,
                    """
                    insert into ops.cluster_switch (epoch, writer, state, reason)
                    select ?, ?, 'claimed', ?
                    where ? <= (select count(*) from ops.claim_vote where epoch >= ? and instance = any (?))
                    """,
                    epoch,
                    cluster.name(),
                    reason,
                    config.members().size() / 2 + 1,
                    epoch,
                    config.members());
            return claimed == 1 ? Claim.CLAIMED : Claim.VOTED;
        });
    }

    /** Forgets instances that are not in the list whose lease the other head has granted. */
    void forgetOthers(List<String> members) throws SQLException {
        control.run("delete from ops.claim_vote where not instance = any (?)", members);
    }

    // A majority of another list of instances would be another majority.
    private void requireMembers(Connection connection, FailoverConfig config) throws SQLException {
        Optional<String> others = Database.first(
                connection,
                row -> row.getString(1),
                "select string_agg(instance, ', ') from ops.claim_vote where not instance = any (?)",
                config.members());
        if (others.isPresent()) {
            throw new SQLException(others.get() + " took part before and is not among " + config.members()
                    + " (holdfast.failover.instances); if it is gone for good, delete it from ops.claim_vote on "
                    + node);
        }
    }

    /**
     * Takes an instance's vote for an epoch back, unless the epoch is claimed already.
     *
     * @return the instance's new turn, in which alone it may vote again; empty when the epoch is claimed
     */
    OptionalLong withdraw(String instance, long epoch) throws SQLException {
        return change(connection -> newest(connection).epoch >= epoch
                ? OptionalLong.empty()
                : OptionalLong.of(Database.first(connection, row -> row.getLong(1), """
                                insert into ops.claim_vote as v (instance) values (?)
                                on conflict (instance) do update set epoch = 0, turn = v.turn + 1
                                returning turn
                                """, instance)
                        .orElseThrow()));
    }

    /**
     * Ends the subscription, records where the epoch before ended and opens a claimed one, in one transaction. The slot stays
     * on the old head. Again is harmless.
     *
     * @param confirmed up to where this head is known to have the old head's log, besides what it knows itself
     * @return whether this call opened it
     */
    boolean open(long epoch, Optional<LogPosition> confirmed) throws SQLException {
        return change(connection -> {
            if (!isNewest(connection, epoch, EpochState.claimed)) {
                return false;
            }
            Database.run(
                    connection,
                    """
                    update ops.cluster_switch
                    set state = 'open', start_lsn = pg_current_wal_insert_lsn(), switched_at = now(),
                        prev_end_lsn = greatest(prev_end_lsn, ?::pg_lsn, ?::pg_lsn)
                    where epoch = ?
                    """,
                    HeadReplication.unsubscribe(connection).orElse(null),
                    confirmed.map(LogPosition::toString).orElse(null),
                    epoch);
            Database.run(connection, "select ops.advance_sequences()");
            recordOpening(connection, epoch);
            return true;
        });
    }

    // In the transaction that opens it: no epoch without its entry. A schema that waits for its migration has
    // no audit yet.
    private static void recordOpening(Connection connection, long epoch) throws SQLException {
        if (Database.isTrue(connection, "select to_regclass('audit.entry') is not null")) {
            Database.run(connection, AUDIT_CALLER, epoch);
            Database.run(connection, AUDIT_OPENED, epoch);
        }
    }

    /** Ends the open epoch for a planned switch: no statement writes from here on; false when it is not open. */
    boolean close(long epoch) throws SQLException {
        return change(connection -> {
            int closing = Database.run(connection, """
                    update ops.cluster_switch set state = 'closing', closings = closings + 1
                    where epoch = ? and state = 'open' and writer = ?
                      and epoch = (select max(epoch) from ops.cluster_switch)
                    """, epoch, cluster.name());
            if (closing == 1) {
                Database.run(connection, "delete from ops.write_lease");
            }
            return closing == 1;
        });
    }

    /** Goes back from {@link #close}; false when the epoch has ended or is open. */
    boolean reopen(long epoch) throws SQLException {
        return change(connection -> Database.run(
                        connection,
                        "update ops.cluster_switch set state = 'open' where state = 'closing' and epoch = ?",
                        epoch)
                == 1);
    }

    /** Which closing of an epoch is under way; empty when none is. */
    Optional<Integer> closing(long epoch) throws SQLException {
        return control.first(
                row -> row.getInt(1),
                "select closings from ops.cluster_switch where state = 'closing' and epoch = ?",
                epoch);
    }

    /**
     * The last word on a closed epoch: the other cluster has all of it.
     *
     * @param closing in which that was found: one that was taken back must not end the epoch later
     * @return where it ended; empty when that closing is over
     */
    Optional<LogPosition> end(long epoch, int closing) throws SQLException {
        return change(connection ->
                Database.first(connection, row -> LogPosition.parse(row.getString(1)), """
                update ops.cluster_switch set state = 'ended', end_lsn = pg_current_wal_flush_lsn()
                where state = 'closing' and epoch = ? and closings = ? returning end_lsn
                """, epoch, closing));
    }

    /** Where an epoch ended; empty when this head does not know, or it has not. */
    Optional<LogPosition> endOf(long epoch) throws SQLException {
        return control.first(
                row -> LogPosition.parse(row.getString(1)),
                "select end_lsn from ops.cluster_switch where state = 'ended' and end_lsn is not null and epoch = ?",
                epoch);
    }

    /**
     * Claims the epoch after one that has ended in a planned switch: from here on this head opens it without anybody's
     * vote, and without the old head. Again is harmless; nothing when a later epoch is here already.
     *
     * @param previousEnd where the epoch before ended, all of which this head has: its being there is what tells this claim
     *     from one by votes
     * @param before the epochs so far: this head may not have been told of those that began elsewhere
     */
    void claimAfterEnd(long epoch, LogPosition previousEnd, String reason, List<Epoch> before) throws SQLException {
        change(connection -> {
            if (newest(connection).epoch < epoch) {
                copy(connection, before);
                Database.run(connection, """
                        insert into ops.cluster_switch (epoch, writer, state, prev_end_lsn, reason)
                        values (?, ?, 'claimed', ?::pg_lsn, ?)
                        """, epoch, cluster.name(), previousEnd.toString(), reason);
            }
            return epoch;
        });
    }

    /**
     * Stops following the other cluster, while an epoch is claimed and not open: a call that was late must not stop a head
     * that has become a standby again. Again is harmless.
     *
     * @return whether the epoch is still to be opened
     */
    boolean stopFollowing(long epoch) throws SQLException {
        return change(connection -> {
            boolean isClaimed = isNewest(connection, epoch, EpochState.claimed);
            if (isClaimed && HeadReplication.isSubscribed(connection)) {
                Database.run(connection, "alter subscription holdfast disable");
            }
            return isClaimed;
        });
    }

    /**
     * Makes the slot that feeds the other cluster, unless it is there, while an epoch is claimed and not open: it then
     * holds every write of the epoch.
     *
     * @return whether the epoch was still to be opened
     */
    boolean createFirstSlot(long epoch) throws SQLException {
        return change(connection -> {
            boolean isClaimed = isNewest(connection, epoch, EpochState.claimed);
            if (isClaimed) {
                HeadReplication.createSlot(connection);
            }
            return isClaimed;
        });
    }

    /**
     * Lets this head, whose epoch has ended, follow the next writer from its first write on, without a copy. Not once it has
     * been told of a later epoch: then it is being emptied and copied, and a call that was late would spoil that. Again is
     * harmless.
     */
    void follow(HeadReplication own, HeadReplication next, long ended, Duration longest) throws SQLException {
        change(connection -> {
            if (isNewest(connection, ended, EpochState.ended) && !HeadReplication.isSubscribed(connection)) {
                own.dropSlot(connection, longest);
                HeadReplication.subscribe(connection, next, false);
            }
            return ended;
        });
    }

    /**
     * Records on this head that an operator has given the writer of an epoch up; it counts for every instance, for a minute.
     *
     * @return why this head cannot replace that writer all the same; nothing was recorded then
     */
    Optional<String> confirmLoss(long epoch) throws SQLException {
        return change(connection -> {
            Database.run(connection, """
                    insert into ops.lost_writer (epoch, confirmed_at) values (?, clock_timestamp())
                    on conflict (epoch) do update set confirmed_at = excluded.confirmed_at
                    """, epoch);
            Optional<String> missing = HeadReplication.whatIsMissing(connection, epoch);
            if (missing.isPresent()) {
                Database.run(connection, "delete from ops.lost_writer where epoch = ?", epoch);
            }
            return missing;
        });
    }

    boolean isLossConfirmed(long epoch) throws SQLException {
        return control.isTrue("select ops.is_confirmed_lost(?)", epoch);
    }

    /** Tells this head of epochs that began elsewhere, while it follows; one that does not is told by its fence. */
    void tell(List<Epoch> epochs) throws SQLException {
        change(connection -> {
            boolean follows = HeadReplication.isSubscribed(connection);
            copy(connection, follows ? epochs : List.of());
            return follows;
        });
    }

    /** Tells this head of epochs that it missed, ends its own ones and every session of the application. */
    void fence(List<Epoch> epochs) throws SQLException {
        change(connection -> {
            Database.run(connection, "delete from ops.write_lease");
            Database.run(connection, "update ops.cluster_switch set state = 'ended' where writer = ?", cluster.name());
            copy(connection, epochs);
            return Database.run(connection, "select cluster.end_sessions('infinity')");
        });
    }

    /** Whether this head has been told of an epoch. */
    boolean knows(long epoch) throws SQLException {
        return control.with(connection -> newest(connection).epoch >= epoch);
    }

    private static void copy(Connection connection, List<Epoch> epochs) throws SQLException {
        for (Epoch epoch : epochs) {
            Database.run(
                    connection,
                    """
                    insert into ops.cluster_switch (epoch, writer, state, prev_end_lsn, start_lsn, switched_at, reason)
                    values (?, ?, ?, ?::pg_lsn, ?::pg_lsn, ?::timestamptz, ?) on conflict do nothing
                    """,
                    epoch.number(),
                    epoch.writer().name(),
                    epoch.state().name(),
                    epoch.previousEnd().map(LogPosition::toString).orElse(null),
                    epoch.start().map(LogPosition::toString).orElse(null),
                    epoch.since().toString(),
                    epoch.reason());
        }
    }

    private <T> T change(Database.Work<T> work) throws SQLException {
        return control.inTransaction(connection -> {
            Database.run(connection, STATEMENT_MAX);
            lock(connection);
            return work.on(connection);
        });
    }

    /** Waits until nobody else changes what this head follows or which epoch it knows, and keeps them out until the transaction ends. */
    static void lock(Connection connection) throws SQLException {
        Database.run(connection, LOCK);
    }

    private static boolean isNewest(Connection connection, long epoch, EpochState state) throws SQLException {
        Newest newest = newest(connection);
        return newest.epoch == epoch && newest.state == state;
    }

    private static Newest newest(Connection connection) throws SQLException {
        return Database.first(
                        connection,
                        row -> new Newest(
                                row.getLong(1),
                                Cluster.valueOf(row.getString(2)),
                                EpochState.valueOf(row.getString(3))),
                        NEWEST)
                .orElseThrow();
    }
}
