package org.holdfast.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.RefusedException;
import org.holdfast.jdbc.Database;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/**
 * Makes a head that does not follow the writer its standby again: fences it, saves what only it has, empties it and lets it
 * copy the writer while traffic runs. Every step may be repeated; instances exclude each other. Calls must not overlap.
 */
final class Rejoin {
    private static final Logger LOG = Logger.getLogger(Rejoin.class.getName());
    private static final Duration STEP_MAX = Duration.ofSeconds(10);
    private static final Duration LOOKED_EVERY = Duration.ofSeconds(5);
    private static final long LOCK = 0x52656a6f696eL; // "Rejoin"
    private static final String TABLES = """
            select string_agg(format('%I.%I', schemaname, tablename), ', ')
            from pg_publication_tables where pubname = 'holdfast'
            """;

    // Nobody reads a head that does not follow: who is in the way there is ended, and waits are short all the same.
    private static final String BOUNDS = "set local lock_timeout = '2s'; set local statement_timeout = '60s'";

    private static final String HAS_MONTHS = "select to_regprocedure('audit.make_month(date)') is not null";

    private final Heads heads;
    private final Obstacle obstacle = new Obstacle(LOG);
    private long toldEpoch;
    private long lookedNanos = System.nanoTime();
    private Set<String> useless = Set.of();

    /**
     * What only the holder of the lock does.
     *
     * @param lacking the slots for want of which a subscribed head is copied anew
     */
    private record Turn(SessionLock lock, Set<String> lacking) {}

    Rejoin(Heads heads) {
        this.heads = heads;
    }

    /** Does what is to be done now: tells a head that follows of the epochs; nothing while the other does not answer. */
    void run(Topology topology) {
        Optional<Epoch> newest = topology.newest();
        if (newest.isEmpty() || !topology.isOpen() || !heads.areTwo()) {
            return;
        }
        Optional<Node> other = topology.head(topology.writer().other());
        if (other.filter(Node::isUp).isEmpty()) {
            return;
        }
        Head returned = heads.of(newest.get().writer().other()).orElseThrow();
        Head writer = heads.of(newest.get().writer()).orElseThrow();
        try {
            boolean follows = other.get().applied().isPresent();
            if (follows) {
                tell(topology.epochs(), returned);
            }
            Set<String> lacking = lacking(returned, writer);
            if (follows && lacking.isEmpty()) {
                return;
            }
            Optional<SessionLock> acquired = SessionLock.tryAcquire(writer.owner(), LOCK);
            if (acquired.isEmpty()) {
                return;
            }
            SessionLock lock = acquired.get();
            try (lock) {
                rejoin(topology.epochs(), returned, writer, new Turn(lock, lacking));
                obstacle.gone();
            }
        } catch (SQLException | RefusedException failure) {
            obstacle.met(returned.node() + " could not be made the standby: " + failure.getMessage());
        }
    }

    // Slots that a standby needs and will never have. It looks like one that follows, but for its lag, or like one that
    // is being copied. Seen twice: the slot of a table's copy goes just before the table says that it is done.
    private Set<String> lacking(Head standby, Head writer) throws SQLException {
        if (System.nanoTime() - lookedNanos < LOOKED_EVERY.toNanos()) {
            return Set.of();
        }
        lookedNanos = System.nanoTime();
        Set<String> lacking = new HashSet<>(useless);
        useless = uselessSlots(standby, writer);
        lacking.retainAll(useless);
        return lacking;
    }

    private static Set<String> uselessSlots(Head standby, Head writer) throws SQLException {
        return writer.replication().uselessOf(standby.replication().neededSlots());
    }

    // Or an application that starts when the writer is gone would know of no epoch that it could replace.
    private void tell(List<Epoch> epochs, Head standby) {
        long newest = epochs.get(0).number();
        if (toldEpoch == newest) {
            return;
        }
        try {
            standby.epochs().tell(epochs);
            toldEpoch = newest;
        } catch (SQLException failure) {
            obstacle.met(standby.node() + " was not told of epoch " + newest + ": " + failure.getMessage());
        }
    }

    private static void rejoin(List<Epoch> epochs, Head returned, Head writer, Turn turn) throws SQLException {
        // Told in the transaction that fences it, so whoever goes on here sees both or neither; or while it
        // followed, when none of its own epochs was open.
        boolean isFenced = returned.epochs().knows(epochs.get(0).number());
        if (!isFenced) {
            returned.epochs().fence(epochs);
            LOG.log(Level.INFO, "{0} has returned and is fenced", returned.node());
        }
        if (returned.replication().isSubscribed()) {
            // Another instance may just have done it.
            if (Collections.disjoint(turn.lacking, uselessSlots(returned, writer))) {
                return; // it copies, or somebody has stopped it on purpose
            }
            LOG.log(
                    Level.WARNING,
                    "{0} is copied anew: the writer no longer has the log that it needs, or the slot ({1})",
                    new Object[] {returned.node(), String.join(", ", turn.lacking)});
        } else if (epochs.size() == 1 && !returned.replication().isEmpty()) {
            throw new SQLException(
                    "it has rows, never followed the writer and never was one; empty it by hand if it is the"
                            + " right one");
        }
        salvage(epochs, returned, writer);
        seed(returned, writer, turn.lock);
    }

    // The epoch after its own last one tells how much of that the writer has.
    private static void salvage(List<Epoch> epochs, Head returned, Head writer) throws SQLException {
        if (!returned.replication().hasSlot()) {
            return;
        }
        Epoch lost = epochs.stream()
                .filter(epoch -> epoch.writer() == returned.cluster())
                .findFirst()
                .orElseThrow(() -> new SQLException("it has a slot, but no known epoch is its own"));
        LogPosition end = epochs.stream()
                .filter(epoch -> epoch.number() == lost.number() + 1)
                .findFirst()
                .flatMap(Epoch::previousEnd)
                .orElseThrow(() -> new SQLException("nobody recorded where its epoch " + lost.number() + " ended"));
        new Salvage().run(returned.owner(), writer.owner(), lost.number(), end);
        // Only now: while the slot is there the salvage can be done again, and stores nothing twice.
        returned.replication().dropSlot(STEP_MAX);
    }

    // A slot that is made anew lacks log, so nobody may be subscribed to it; and no copy may be older than it. Emptied
    // again, at once with the subscription: whoever was late may have subscribed in between.
    private static void seed(Head returned, Head writer, SessionLock lock) throws SQLException {
        LOG.log(Level.INFO, "{0} is emptied and copies {1}", new Object[] {returned.node(), writer.node()});
        returned.owner().inTransaction(Rejoin::empty);
        lock.with(session -> {
            writer.replication().dropSlot(session, STEP_MAX);
            return HeadReplication.createSlot(session);
        });
        returned.owner().inTransaction(connection -> {
            empty(connection);
            makeMonths(connection, writer);
            return HeadReplication.subscribe(connection, writer.replication(), true);
        });
    }

    private static int empty(Connection connection) throws SQLException {
        Database.script(connection, BOUNDS);
        HeadEpochs.lock(connection);
        Database.first(connection, row -> row.getLong(1), "select cluster.end_sessions('infinity')");
        HeadReplication.unsubscribe(connection);
        String tables = Database.first(connection, row -> row.getString(1), TABLES)
                .orElseThrow(() -> new SQLException("it publishes no table"));
        // In the order of nobody: one statement empties them all, whatever refers to what.
        return Database.run(connection, "truncate " + tables);
    }

    // A month of the trail that the writer still has, and this head detached in an epoch that was lost: its rows
    // would come into the default partition, and never leave it.
    private static void makeMonths(Connection returned, Head writer) throws SQLException {
        // Versions of the schema come to one head after the other.
        if (Database.isTrue(returned, HAS_MONTHS) && writer.owner().isTrue(HAS_MONTHS)) {
            for (LocalDate month : writer.owner()
                    .with(connection -> Database.all(
                            connection, row -> row.getObject(1, LocalDate.class), "select * from audit.months()"))) {
                Database.first(returned, row -> true, "select audit.make_month(?)", month);
            }
        }
    }
}
