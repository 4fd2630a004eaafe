package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.topology.NodeId;

/**
 * Tells of sessions that failed, at the level of their category, and of those that were slow. Of one category at most one line
 * a second; metrics count them all. Thread-safe.
 */
@ApplicationScoped
class SessionLog {
    private static final Logger LOG = Logger.getLogger(SessionLog.class.getName());

    private final Map<ErrorCategory, LogLimit> limits = new EnumMap<>(ErrorCategory.class);

    @Inject
    ObservationConfig config;

    private final LogLimit rollbacks = new LogLimit(Duration.ofSeconds(1));

    SessionLog() {
        for (ErrorCategory category : ErrorCategory.values()) {
            limits.put(category, new LogLimit(Duration.ofSeconds(1)));
        }
    }

    void ended(SessionEnded session) {
        if (session.category().isPresent()) {
            failed(session, session.category().get());
        } else if (session.duration().compareTo(config.slowSession()) >= 0) {
            LOG.log(Level.WARNING, () -> "a session was slow: " + describe(session));
        }
    }

    void rollbackFailed(@ObservesAsync RollbackFailed event) {
        OptionalInt keptBack = rollbacks.admit(System.nanoTime());
        if (keptBack.isPresent()) {
            LOG.log(
                    Level.SEVERE,
                    event.cause(),
                    () -> "a rollback failed on " + event.node() + LogLimit.more(keptBack.getAsInt()));
        }
    }

    private void failed(SessionEnded session, ErrorCategory category) {
        Level level = category.level();
        LogLimit limit = limits.get(category);
        if (limit == null || !LOG.isLoggable(level)) {
            return;
        }
        OptionalInt keptBack = limit.admit(System.nanoTime());
        if (keptBack.isPresent()) {
            LOG.log(level, () -> "a session failed: " + describe(session) + LogLimit.more(keptBack.getAsInt()));
        }
    }

    // No message of an exception: those of constraints carry values.
    private static String describe(SessionEnded session) {
        return session.intent().label() + " on "
                + session.node().map(NodeId::name).orElse("no node")
                + ", " + session.outcome().label()
                + session.category()
                        .map(category -> ", category " + category.label())
                        .orElse("")
                + (session.sqlState().isEmpty() ? "" : ", SQLSTATE " + session.sqlState())
                + ", epoch " + session.epoch()
                + ", " + session.attempts() + (session.attempts() == 1 ? " attempt, " : " attempts, ")
                + session.duration().toMillis() + " ms, of them "
                + session.connectionWait().toMillis() + " ms waiting for connections";
    }
}
