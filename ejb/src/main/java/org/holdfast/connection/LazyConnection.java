package org.holdfast.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the real connection at the first call that needs one. A persistence unit that only logs in, and a transaction that
 * touches no row, never take a connection from a pool. Not thread-safe.
 */
final class LazyConnection implements InvocationHandler {
    /** Opens the real connection. */
    interface Opener {
        Connection open() throws SQLException;
    }

    private final Opener opener;
    private @Nullable Connection opened;
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
                return opened == null ? "connection that is not open yet" : opened.toString();
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
        Connection connection = opened;
        if (connection == null) {
            connection = opener.open();
            opened = connection;
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
            opened.close();
        }
    }
}
