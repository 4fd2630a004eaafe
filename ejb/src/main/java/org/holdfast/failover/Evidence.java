package org.holdfast.failover;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** What a failed connection says of the server behind it. */
final class Evidence {
    private static final int CAUSES_MAX = 20;
    // Raised by the schema's own function.
    private static final String OTHER_INSTANCES = "HF002";

    private Evidence() {}

    /**
     * Whether the head works and only this instance is wrong for it: another list of instances, a schema that is just being
     * changed, a password. A head that cannot renew for a reason of its own (it is read-only, full, starting or stopping)
     * cannot keep its lease either, and is as good as silent.
     */
    static boolean isAlive(SQLException failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof PSQLException answer && answer.getServerErrorMessage() != null) {
                String state = String.valueOf(answer.getSQLState());
                return state.equals(OTHER_INSTANCES) || state.startsWith("42") || state.startsWith("28");
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
