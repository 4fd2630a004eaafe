package org.holdfast.it.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.it.chaos.SwitchStep.Hold;
import org.holdfast.it.chaos.SwitchStep.Side;

/** Waits for the application in a step of a change of the writer, and keeps it there until something was done to it. */
final class Ambush {
    /**
     * What came of one.
     *
     * @param where it was struck, for people
     * @param isHit whether that was in the step
     */
    record Struck(String where, boolean isHit) {}

    private static final Duration COMES_WITHIN = Duration.ofSeconds(10);
    private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

    private final ChaosSystem system;
    private final Cluster old;

    /** {@code old}: the cluster that takes the writes, or did so before the change. */
    Ambush(ChaosSystem system, Cluster old) {
        this.system = system;
        this.old = old;
    }

    /**
     * Holds what the step needs, has the change begin, and strikes while the application stands in the step; strikes also
     * when it does not come there within 10 s, or nobody can wait for it because a head is gone.
     */
    Struck lay(SwitchStep step, Runnable begin, Runnable strike) {
        List<Connection> held = new ArrayList<>();
        String where = "at " + step.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        boolean hasBegun = false;
        boolean isHit = true;
        try {
            for (Hold hold : step.holds()) {
                Connection connection = hold(hold);
                held.add(connection);
                if (!hasBegun) {
                    hasBegun = true;
                    begin.run();
                } else {
                    held.remove(0).close();
                }
                awaitArrival(connection, hold);
            }
        } catch (SQLException missed) {
            isHit = false;
            where = "not " + where + " (" + missed.getMessage() + ")";
        }
        if (!hasBegun) {
            begin.run();
        }
        strike.run();
        held.forEach(Ambush::close);
        return new Struck(where, isHit);
    }

    private Connection hold(Hold hold) throws SQLException {
        Connection connection = system.connect((hold.side() == Side.OLD ? old : old.other()).head());
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local lock_timeout = '5s'");
            statement.execute(hold.lock());
            return connection;
        } catch (SQLException failure) {
            close(connection);
            throw failure;
        }
    }

    private static void awaitArrival(Connection connection, Hold hold) throws SQLException {
        long endNanos = System.nanoTime() + COMES_WITHIN.toNanos();
        try (Statement statement = connection.createStatement()) {
            while (!isThere(statement, hold.arrival())) {
                if (System.nanoTime() >= endNanos) {
                    throw new SQLException("it did not come there within " + COMES_WITHIN.toSeconds() + " s");
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private static boolean isThere(Statement statement, String question) throws SQLException {
        // A transaction sees the sessions as they were at its first look otherwise.
        statement.execute("select pg_stat_clear_snapshot()");
        try (ResultSet row = statement.executeQuery(question)) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Ends a transaction that holds something; whether the server is still there does not matter. */
    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException gone) {
            System.getLogger(Ambush.class.getName())
                    .log(System.Logger.Level.DEBUG, "the node went before its locks", gone);
        }
    }
}
