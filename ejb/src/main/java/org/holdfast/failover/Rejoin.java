package org.holdfast.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
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

    private static final String HAS_MONTHS = "select to_regprocedure('audit.make_month(date)') is not null";

    private final Heads heads;
    private final Obstacle obstacle = new Obstacle(LOG);
    private long toldEpoch;
    private long lookedNanos = System.nanoTime();

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
            if (other.get().applied().isPresent()) {
                tell(topology.epochs(), returned);
                if (!hasLostSlot(writer)) {
                    return;
                }
            }
            Optional<SessionLock> acquired = SessionLock.tryAcquire(writer.owner(), LOCK);
            if (acquired.isEmpty()) {
                return;
            }
            SessionLock lock = acquired.get();
            try (lock) {
                rejoin(topology.epochs(), returned, writer);
                obstacle.gone();
            }
        } catch (SQLException | RefusedException failure) {
            obstacle.met(returned.node() + " could not be made the standby: " + failure.getMessage());
        }
    }

    // A standby that lacks log looks like one that follows, but for its lag, and never will follow again. Asked of
    // the writer every few seconds.
    private boolean hasLostSlot(Head writer) throws SQLException {
        if (System.nanoTime() - lookedNanos < LOOKED_EVERY.toNanos()) {
            return false;
        }
        lookedNanos = System.nanoTime();
        return writer.replication().slotStatus().filter("lost"::equals).isPresent();
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

    private void rejoin(List<Epoch> epochs, Head returned, Head writer) throws SQLException {
        // Told in the transaction that fences it, so whoever goes on here sees both or neither; or while it
        // followed, when none of its own epochs was open.
        boolean isFenced = returned.epochs().knows(epochs.get(0).number());
        if (!isFenced) {
            returned.epochs().fence(epochs);
            LOG.log(Level.INFO, "{0} has returned and is fenced", returned.node());
        }
        if (returned.replication().isSubscribed()) {
            if (!writer.replication().hasLostLog()) {
                return; // it copies, or somebody has stopped it on purpose
            }
            LOG.log(
                    Level.WARNING,
                    "{0} fell so far behind, or copied for so long, that the writer no longer has its log: it is copied anew",
                    returned.node());
            returned.replication().unsubscribe();
        } else if (epochs.size() == 1 && !returned.replication().isEmpty()) {
            throw new SQLException(
                    "it has rows, never followed the writer and never was one; empty it by hand if it is the"
                            + " right one");
        }
        salvage(epochs, returned, writer);
        seed(returned, writer);
    }

    // The epoch after its own last one tells how much of that the writer has.
    private static void salvage(List<Epoch> epochs, Head returned, Head writer) throws SQLException {
        Optional<String> slot = returned.replication().slotStatus();
        if (slot.isEmpty()) {
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

    private void seed(Head returned, Head writer) throws SQLException {
        LOG.log(Level.INFO, "{0} is emptied and copies {1}", new Object[] {returned.node(), writer.node()});
        try (Connection connection = returned.owner().connection()) {
            String tables =
                    Database.first(connection, row -> row.getString(1), TABLES).orElseThrow();
            // In the order of nobody: one statement empties them all, whatever refers to what.
            Database.run(connection, "truncate " + tables);
            makeMonths(connection, writer);
        }
        // Until it has subscribed it is emptied again by whoever goes on, and has a new slot, as old as its copy.
        writer.replication().dropSlot(STEP_MAX);
        writer.replication().createSlot();
        returned.replication().subscribe(writer.replication());
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
