package org.holdfast.connection;

import jakarta.persistence.OptimisticLockException;
import jakarta.transaction.SystemException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Collectors;
import org.holdfast.topology.NodeId;
import org.jspecify.annotations.Nullable;

/** Says once, by SQLSTATE and cause, what a failure means and what the caller may do. Pure. */
public final class ErrorClassifier {
    // Raised by the schema's own functions.
    private static final String LEASE_NOT_HELD = "HF001";

    private static final int CAUSES_MAX = 20;

    private ErrorClassifier() {}

    /**
     * Classifies a failure of a session.
     *
     * @param commitFailure what PostgreSQL answered to the commit, where one was sent
     * @param mayHaveCommitted whether a commit of changes was sent and its success is not known
     * @return the failure to throw: a {@link SessionException}, or the failure itself when it is none of the database's
     */
    static RuntimeException classify(
            NodeId node, Throwable failure, Optional<SQLException> commitFailure, boolean mayHaveCommitted) {
        SQLException sql = commitFailure.orElseGet(() -> find(failure, SQLException.class));
        SessionException known = find(failure, SessionException.class);
        if (known != null) {
            return known;
        }
        if (sql != null) {
            return bySqlState(node, sql, mayHaveCommitted);
        }
        if (find(failure, OptimisticLockException.class) != null) {
            return new RefusedException(
                    ErrorCategory.CONFLICT, "it was changed by somebody else meanwhile; read it again", failure);
        }
        ConstraintViolationException invalid = find(failure, ConstraintViolationException.class);
        if (invalid != null) {
            return new RefusedException(ErrorCategory.VALIDATION, describe(invalid), failure);
        }
        // The container rolled back in place of the commit, and could not: the connection is gone. Nothing was sent, or
        // there would be an answer.
        if (failure instanceof SystemException) {
            return new NothingHappenedException(
                    ErrorCategory.CONNECTION, "the connection to " + node + " was lost before the commit", failure);
        }
        return failure instanceof RuntimeException own
                ? own
                : new RefusedException(ErrorCategory.UNKNOWN, "the session on " + node + " failed", failure);
    }

    private static SessionException bySqlState(NodeId node, SQLException sql, boolean mayHaveCommitted) {
        String state = stateOf(sql);
        if (isConnection(state)) {
            return mayHaveCommitted
                    ? new OutcomeUnknownException(
                            ErrorCategory.IN_DOUBT, "the connection to " + node + " was lost during the commit", sql)
                    : new NothingHappenedException(
                            ErrorCategory.CONNECTION, "node " + node + " could not be used: " + sql.getMessage(), sql);
        }
        return switch (state) {
            case LEASE_NOT_HELD ->
                new NothingHappenedException(
                        ErrorCategory.CONNECTION, "node " + node + " does not hold the lease to take writes");
            case "40P01" ->
                new NothingHappenedException(ErrorCategory.DEADLOCK, "the work was chosen to end a deadlock", sql);
            case "40001" ->
                new NothingHappenedException(ErrorCategory.CONFLICT, "the work ran into a concurrent change", sql);
            // 25P03 and 25P04 end a transaction that was idle, or open, for too long.
            case "57014", "55P03", "25P03", "25P04" ->
                new NothingHappenedException(ErrorCategory.TIMEOUT, "the database did not finish in time", sql);
            case "23505" -> new RefusedException(ErrorCategory.CONFLICT, "it exists already", sql);
            case "23503" ->
                new RefusedException(ErrorCategory.CONFLICT, "it refers to something that is not there", sql);
            case "42501" -> new RefusedException(ErrorCategory.PERMISSION, "the database refused the access", sql);
            default -> byStateClass(node, state, sql);
        };
    }

    private static SessionException byStateClass(NodeId node, String state, SQLException sql) {
        return switch (state.length() < 2 ? state : state.substring(0, 2)) {
            // A full disk, no memory: the statement, or the commit, was undone, and another time or node may have room.
            case "53" ->
                new NothingHappenedException(
                        ErrorCategory.CONNECTION, "node " + node + " has no room: " + sql.getMessage(), sql);
            case "22", "23" -> new RefusedException(ErrorCategory.VALIDATION, "the database refused a value", sql);
            case "28" -> new RefusedException(ErrorCategory.PERMISSION, "the database refused the log-in", sql);
            case "42", "3F" ->
                new RefusedException(ErrorCategory.SCHEMA, "the schema is not the one this version needs", sql);
            default -> new RefusedException(ErrorCategory.UNKNOWN, "the database failed, SQLSTATE " + state, sql);
        };
    }

    // No SQLSTATE at all is the server's pool speaking: it could not give out a connection. 25006 is a node that was
    // demoted to read-only, 53300 one without free connections.
    private static boolean isConnection(String state) {
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("53300")
                || state.equals("25006");
    }

    /** Whether a connection that could not be had, or broke, is behind a failure. */
    public static boolean isConnectionLost(Throwable failure) {
        SQLException sql = find(failure, SQLException.class);
        return sql != null && isConnection(stateOf(sql));
    }

    /** Whether it could not be connected to a node, or the node hung up; a node that only refuses to write is well. */
    static boolean isUnreachable(SQLException failure) {
        String state = sqlStateOf(failure);
        return isConnection(state) && !state.equals("25006");
    }

    /** The first SQLSTATE behind a failure; empty when there is none. The server's pools put theirs around PostgreSQL's. */
    static String sqlStateOf(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SQLException sql && !stateOf(sql).isEmpty()) {
                return stateOf(sql);
            }
            cause = cause.getCause();
        }
        return "";
    }

    private static String stateOf(SQLException sql) {
        return sql.getSQLState() == null ? "" : sql.getSQLState();
    }

    private static String describe(ConstraintViolationException invalid) {
        return invalid.getConstraintViolations().stream()
                .map(ErrorClassifier::describe)
                .sorted()
                .collect(Collectors.joining("; "));
    }

    private static String describe(ConstraintViolation<?> violation) {
        return violation.getPropertyPath() + " " + violation.getMessage();
    }

    private static <X extends Throwable> @Nullable X find(Throwable failure, Class<X> type) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
            cause = cause.getCause();
        }
        return null;
    }
}
