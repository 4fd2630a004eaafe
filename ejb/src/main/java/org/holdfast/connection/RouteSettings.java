package org.holdfast.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.topology.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction tells its connection before anything else: the tenant, the limits, that it only reads or the epoch that
 * it belongs to. Told with the first statement, in one round trip, by {@link FirstStatement}; or in a round trip of its own.
 * Telling it twice does no harm. Confined to the transaction's thread.
 */
final class RouteSettings {
    // A transaction belongs to the epoch in which it began; its commit is refused in any other.
    // Who is at work is for the triggers of the audit.
    private static final String WRITES =
            "set_config('holdfast.epoch', coalesce((select epoch::text from ops.write_lease), '0'), true),"
                    + " set_config('holdfast.caller', ?, true)";
    private static final String READS = "set_config('transaction_read_only', 'on', true)";
    private static final String BOTH = """
            select set_config('holdfast.tenant', ?, true), set_config('statement_timeout', ?, true),
                   set_config('idle_in_transaction_session_timeout', ?, true),\s""";
    private static final String OF_A_WRITE = BOTH + WRITES;
    private static final String OF_A_READ = BOTH + READS;
    private static final int POSITION_COLUMN = 5;
    private static final long REPLAY_PAUSE_NANOS_MIN = 1_000_000;
    private static final long REPLAY_PAUSE_NANOS_MAX = 5_000_000;

    private final PinnedRoute route;
    private final boolean isRead;
    private boolean isTold;

    RouteSettings(PinnedRoute route) {
        this.route = route;
        this.isRead = route.intent() == AccessIntent.READ;
    }

    boolean isTold() {
        return isTold;
    }

    /** The statement that tells; its settings end with the transaction, so the connection goes back to its pool as it came. */
    String statement() {
        return isRead ? OF_A_READ : OF_A_WRITE;
    }

    /** Sets the parameters of {@link #statement} and returns how many they are. */
    int bind(PreparedStatement telling) throws SQLException {
        telling.setString(1, route.tenant().map(Object::toString).orElse(""));
        telling.setString(2, Long.toString(route.limits().query().toMillis()));
        telling.setString(3, Long.toString(route.limits().request().toMillis()));
        if (isRead) {
            return 3;
        }
        telling.setString(4, route.caller());
        return 4;
    }

    /** The node answered to the telling statement. */
    void told() {
        isTold = true;
        route.pass().connected();
    }

    /** The telling statement, or what was sent with it, failed: perhaps because the node is not there. */
    void failed(SQLException failure) {
        route.pass().couldNotConnect(failure);
    }

    /** Whether the connection must be asked how far the node is before the first statement may go. */
    boolean mustComeFirst() {
        return route.mustHave().isPresent();
    }

    /**
     * Tells in a round trip of its own.
     *
     * @throws SQLException also, with the cause {@link ReplicaBehindException}, when the node has not replayed what it must show
     */
    void tell(Connection connection) throws SQLException {
        Optional<LogPosition> wanted = route.mustHave();
        String replayed = null;
        try (PreparedStatement telling = connection.prepareStatement(
                wanted.isPresent() ? statement() + ", " + route.positionQuestion() : statement())) {
            bind(telling);
            try (ResultSet row = telling.executeQuery()) {
                if (wanted.isPresent() && row.next()) {
                    replayed = row.getString(POSITION_COLUMN);
                }
            }
        } catch (SQLException failure) {
            failed(failure);
            throw failure;
        }
        told();
        if (wanted.isPresent()) {
            requireReplayed(connection, wanted.get(), replayed);
        }
    }

    // A wait spares the primary, whose time all callers share; the pauses grow, because a replica that was
    // just asked in vain is rarely there a moment later.
    private void requireReplayed(Connection connection, LogPosition wanted, @Nullable String replayed)
            throws SQLException {
        // A node that cannot tell has replayed nothing.
        String position = replayed;
        long begun = System.nanoTime();
        while (position == null || LogPosition.parse(position).isBefore(wanted)) {
            long waited = System.nanoTime() - begun;
            long longest = route.pass().replayWait().toNanos();
            if (waited >= longest) {
                if (longest > 0) {
                    route.pass().waitedInVain();
                }
                throw new SQLException(
                        "a replica is behind",
                        new ReplicaBehindException(route.node() + " has replayed " + position + ", not " + wanted));
            }
            LockSupport.parkNanos(Math.min(REPLAY_PAUSE_NANOS_MAX, Math.max(REPLAY_PAUSE_NANOS_MIN, waited / 4)));
            try (PreparedStatement statement = connection.prepareStatement("select " + route.positionQuestion());
                    ResultSet row = statement.executeQuery()) {
                row.next();
                position = row.getString(1);
            }
        }
    }
}
