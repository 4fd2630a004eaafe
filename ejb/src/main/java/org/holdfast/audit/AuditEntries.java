package org.holdfast.audit;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.holdfast.chain.AuditRecord;
import org.holdfast.chain.SealedRecord;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.SessionOptions;
import org.holdfast.jdbc.Database;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/** The entries of the caller's tenant, and of the system. */
@Dependent
public class AuditEntries {
    private static final int EXPORT_ROWS = 500;
    private static final String MOMENT = "timestamptz 'epoch' + ? * interval '1 microsecond'";

    private final ConnectionManager connections;
    private final DatabaseCall call;

    @Inject
    AuditEntries(ConnectionManager connections, DatabaseCall call) {
        this.connections = connections;
        this.call = call;
    }

    /** At most {@code max} entries, newest first. */
    public List<EntryView> list(EntryFilter filter, int max) {
        UUID tenant = call.options().tenant().orElse(AuditLog.SYSTEM);
        return connections.read(session -> JdbcWork.run(session, connection -> list(connection, tenant, filter, max)));
    }

    // Each chain by its own index; in one condition they would be sorted as a whole.
    private static List<EntryView> list(Connection connection, UUID tenant, EntryFilter filter, int max)
            throws SQLException {
        Conditions conditions = new Conditions();
        filter.entity().ifPresent(entity -> conditions.add("e.entity = ?", entity));
        filter.id().ifPresent(id -> conditions.add("e.entity_id = ?", id));
        filter.actor().ifPresent(actor -> conditions.add("e.actor = ?", actor));
        filter.from().ifPresent(from -> conditions.add("e.at >= ?", from.atOffset(ZoneOffset.UTC)));
        filter.to().ifPresent(to -> conditions.add("e.at < ?", to.atOffset(ZoneOffset.UTC)));
        filter.before()
                .ifPresent(
                        before -> conditions.add("(e.at, e.id) < (" + MOMENT + ", ?)", before.atMicros(), before.id()));
        String ofChain =
                "(select " + EntryRows.COLUMNS + ", e.sequence, e.at as moment from audit.entry e where e.tenant_id = ?"
                        + conditions.sql() + " order by e.at desc, e.id desc limit ?)";
        String sql = "select * from (" + ofChain + " union all " + ofChain
                + ") both_chains order by moment desc, id desc limit ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int next = 1;
            for (UUID chain : List.of(AuditLog.SYSTEM, tenant)) {
                select.setObject(next++, chain);
                next = conditions.set(select, next);
                // A caller without a tenant has the system's alone.
                select.setInt(next++, chain.equals(AuditLog.SYSTEM) && tenant.equals(AuditLog.SYSTEM) ? 0 : max);
            }
            select.setInt(next, max);
            List<EntryView> found = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long sequence = row.getLong(16);
                    found.add(view(EntryRows.record(row), row.wasNull() ? null : sequence));
                }
            }
            return found;
        }
    }

    private static final class Conditions {
        private final StringBuilder sql = new StringBuilder();
        private final List<Object> values = new ArrayList<>();

        void add(String condition, Object... of) {
            sql.append(" and ").append(condition);
            values.addAll(List.of(of));
        }

        String sql() {
            return sql.toString();
        }

        int set(PreparedStatement statement, int first) throws SQLException {
            int next = first;
            for (Object value : values) {
                statement.setObject(next++, value);
            }
            return next;
        }
    }

    private static EntryView view(AuditRecord record, @Nullable Long sequence) {
        return new EntryView(
                record.id(),
                record.tenant(),
                sequence,
                Instant.EPOCH.plus(record.atMicros(), ChronoUnit.MICROS),
                record.epoch(),
                record.lsn(),
                record.xid(),
                record.source(),
                record.who().actor(),
                record.who().roles(),
                record.who().address(),
                record.who().requestId(),
                record.operation(),
                record.entity(),
                record.entityId(),
                record.changes() == null ? null : new JsonDocument(record.changes()));
    }

    /** The sealed entries of the caller's tenant, in the order of the chain, and then those of the system; bases before. */
    public void export(Consumer<BaseView> eachBase, Consumer<SealedRecord> each) {
        SessionOptions options = call.options();
        options.tenant().ifPresent(tenant -> export(options, tenant, eachBase, each));
        export(options, AuditLog.SYSTEM, eachBase, each);
    }

    // Page by page: a reader that is slow keeps no transaction open.
    private void export(SessionOptions options, UUID chain, Consumer<BaseView> eachBase, Consumer<SealedRecord> each) {
        Optional<BaseView> base = connections.read(
                options,
                session -> JdbcWork.run(
                        session, connection -> Database.first(connection, BaseRows::view, BaseRows.NEWEST, chain)));
        base.ifPresent(eachBase);
        // The node that answers may not have detached everything yet.
        long last = base.map(BaseView::base).orElse(0L);
        List<SealedRecord> page;
        do {
            long after = last;
            page = connections.read(
                    options, session -> JdbcWork.run(session, connection -> page(connection, chain, after)));
            page.forEach(each);
            last = page.isEmpty() ? last : page.get(page.size() - 1).seal().sequence();
        } while (!page.isEmpty());
    }

    private static List<SealedRecord> page(Connection connection, UUID chain, long after) throws SQLException {
        // Whole places: another row at the last one would be left out.
        String sql =
                "select " + EntryRows.SEALED_COLUMNS + " from audit.entry e where e.tenant_id = ? and e.sequence > ?"
                        + " order by e.sequence fetch first " + EXPORT_ROWS + " rows with ties";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, chain);
            select.setLong(2, after);
            List<SealedRecord> page = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    page.add(EntryRows.sealed(row));
                }
            }
            return page;
        }
    }
}
