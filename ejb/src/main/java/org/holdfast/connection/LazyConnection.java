package org.holdfast.connection;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the real connection at the first call that needs one. A persistence unit that only logs in, and a transaction that
 * touches no row, never take a connection from a pool. No statement reaches it before it was told its settings. Not thread-safe.
 */
final class LazyConnection extends ClosableProxy {
    /** Opens the real connection. */
    interface Opener {
        Opened open() throws SQLException;
    }

    /**
     * A real connection.
     *
     * @param settings what it must be told before its first statement, or with it
     */
    record Opened(Connection connection, RouteSettings settings) {}

    private final Opener opener;
    private @Nullable Opened opened;

    LazyConnection(Opener opener) {
        this.opener = opener;
    }

    @Override
    @Nullable
    Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        Opened open = opened;
        if (open == null) {
            open = opener.open();
            opened = open;
        }
        Connection connection = open.connection();
        if (!open.settings().isTold()) {
            if (arguments != null && arguments.length == 1 && method.getName().equals("prepareStatement")) {
                return FirstStatement.prepare(connection, (String) arguments[0], open.settings());
            }
            open.settings().tell(connection);
        }
        return on(connection, method, arguments);
    }

    @Override
    void close() throws SQLException {
        if (opened != null) {
            opened.connection().close();
        }
    }

    @Override
    SQLException closed() {
        return new SQLException("the connection is closed", "08003");
    }

    @Override
    public String toString() {
        return opened == null
                ? "connection that is not open yet"
                : opened.connection().toString();
    }
}
