package org.holdfast.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What stands before an object of JDBC and answers itself for what needs none. Not thread-safe. */
abstract class ClosableProxy implements InvocationHandler {
    private boolean isClosed;

    @Override
    public final @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "close" -> {
                isClosed = true;
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
                return toString();
            }
            default -> {
                if (isClosed) {
                    throw closed();
                }
                return call(method, arguments);
            }
        }
    }

    /** Closes what stands behind; called as often as the caller closes. */
    abstract void close() throws SQLException;

    /** That it is closed already. */
    abstract SQLException closed();

    /** A call of what is not closed. */
    abstract @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable;

    /** Calls what stands behind, and throws what it throws. */
    static @Nullable Object on(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
