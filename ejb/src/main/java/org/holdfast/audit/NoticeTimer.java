package org.holdfast.audit;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.Durability;
import org.holdfast.connection.Origin;
import org.holdfast.connection.SessionException;
import org.holdfast.connection.SessionOptions;

/** Writes what was noted to the audit trail, once a second. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class NoticeTimer {
    private static final Logger LOG = Logger.getLogger(NoticeTimer.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Whom a session can speak for. */
    private record Speaker(String actor, Origin origin) {}

    @Resource
    TimerService timers;

    @Inject
    NoticeLog notices;

    @Inject
    ConnectionManager connections;

    @PostConstruct
    void start() {
        timers.createIntervalTimer(INTERVAL.toMillis(), INTERVAL.toMillis(), new TimerConfig(null, false));
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    void beat() {
        NoticeLog.Batch batch = notices.take();
        if (batch.isEmpty()) {
            return;
        }
        try {
            write(batch);
        } catch (SessionException failure) {
            notices.notWritten(batch);
            LOG.log(Level.FINE, failure, () -> "notices were not written and are counted: " + failure.getMessage());
        }
    }

    private void write(NoticeLog.Batch batch) {
        // One session for all: the caller is told with each entry.
        connections.write(options(), session -> {
            batch.notices().stream()
                    .collect(Collectors.groupingBy(notice -> new Speaker(notice.actor(), notice.origin())))
                    .forEach((speaker, of) -> {
                        session.createNativeQuery("select set_config('holdfast.caller', ?, true)")
                                .setParameter(1, speaker.origin().setting(speaker.actor()))
                                .getSingleResult();
                        of.forEach(notice -> record(session, notice));
                    });
            return Optional.empty();
        });
        if (batch.more() > 0) {
            connections.write(
                    options(),
                    session -> session.createNativeQuery(
                                    "select audit.record(?, 'NOTICES', 'requests', null, json_build_object('count',"
                                            + " json_build_array(null, ?::bigint))::text)::text")
                            .setParameter(1, AuditLog.SYSTEM)
                            .setParameter(2, batch.more())
                            .getSingleResult());
        }
    }

    private static void record(EntityManager session, Notice notice) {
        session.createNativeQuery(
                        "select audit.record(?, ?, ?, null, json_build_object('why', json_build_array(null, ?::text))::text)"
                                + "::text")
                .setParameter(1, notice.tenant().orElse(AuditLog.SYSTEM))
                .setParameter(2, notice.operation())
                .setParameter(3, notice.entity())
                .setParameter(4, notice.why())
                .getSingleResult();
    }

    private static SessionOptions options() {
        return new SessionOptions(Optional.empty(), "system", Consistency.session, Optional.empty(), Durability.local);
    }
}
