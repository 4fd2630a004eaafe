package org.holdfast.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the real connection at the first call that needs one. A persistence unit that only logs in, and a transaction that
 * touches no row, never take a connection from a pool. No statement reaches it before it was told its settings. Not thread-safe.
 */
final class LazyConnection implements InvocationHandler {
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
    private boolean isClosed;

    LazyConnection(Opener opener) {
        this.opener = opener;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "close" -> {
                close();
                return null;
            }
            case "isClosed" -> {
                return isClosed;
            }
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            case "toString" -> {
                return opened == null
                        ? "connection that is not open yet"
                        : opened.connection().toString();
            }
            default -> {
                return call(method, arguments);
            }
        }
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        if (isClosed) {
            throw new SQLException("the connection is closed", "08003");
        }
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
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private void close() throws SQLException {
        isClosed = true;
        if (opened != null) {
            opened.connection().close();
        }
    }
}
