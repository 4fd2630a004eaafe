package org.holdfast.failover;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** What a failed connection says of the server behind it. */
final class Evidence {
    private static final int CAUSES_MAX = 20;

    private Evidence() {}

    /**
     * Whether the server itself refused the work: it is full, does not know the password, or the function failed. One that is
     * starting or stopping (class 57P) serves nobody.
     */
    static boolean isAlive(SQLException failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof PSQLException answer && answer.getServerErrorMessage() != null) {
                return !String.valueOf(answer.getSQLState()).startsWith("57P");
            }
            cause = cause.getCause();
        }
        return false;
    }

    /**
     * Whether nobody serves there: the connection was refused, reset or closed without a word, by the server's machine or by
     * a proxy before it. A server that is starting up, is full or refuses a password says so and is alive, and one that does
     * not answer may be.
     */
    static boolean isRefusal(SQLException failure) {
        boolean isRefused = false;
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SocketTimeoutException
                    || (cause instanceof PSQLException answer && answer.getServerErrorMessage() != null)) {
                return false;
            }
            isRefused |= cause instanceof SocketException || cause instanceof EOFException;
            cause = cause.getCause();
        }
        return isRefused;
    }
}
