package org.holdfast.failover;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;

/** What a failed connection says of the server behind it. */
final class Evidence {
    private static final int CAUSES_MAX = 20;

    private Evidence() {}

    /**
     * Whether nobody serves there: the connection was refused. A server that is starting up, is full or refuses a password
     * is alive, and one that does not answer may be.
     */
    static boolean isRefusal(SQLException failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SocketTimeoutException) {
                return false;
            }
            if (cause instanceof ConnectException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
