package org.holdfast.migration;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection for work within a transaction of somebody else, which it cannot end: half a chunk would stay. */
final class ChunkConnection implements InvocationHandler {
    private static final Set<String> REFUSED = Set.of("commit", "close", "abort", "setAutoCommit");

    private final Connection connection;

    private ChunkConnection(Connection connection) {
        this.connection = connection;
    }

    static Connection within(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                ChunkConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new ChunkConnection(connection));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        // A rollback to a savepoint has it as its argument.
        boolean isRollback = method.getName().equals("rollback") && arguments == null;
        if (isRollback || REFUSED.contains(method.getName())) {
            throw new IllegalStateException(
                    method.getName() + "() is not for a step: the transaction and its connection are the runner's");
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }
}
