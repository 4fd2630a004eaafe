package org.holdfast.failover;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.holdfast.failover.SalvagedChange.Operation;
import org.holdfast.jdbc.Database;
import org.holdfast.model.TenantEntity;

/** Writes salvaged changes in a transaction of its caller; what is there already stays as it is. Not thread-safe. */
final class SalvageStore implements AutoCloseable {
    private static final int BATCH_MAX = 200;
    private static final int UUID_TYPE = 2950;
    private static final String TENANT = "tenant_id";

    // The heads' own bookkeeping, heartbeats above all: it speaks of a time that is over.
    private static final String OPERATIONS = "ops";

    private static final String INSERT = """
            insert into orchestration.salvaged_change
                (id, epoch, commit_lsn, committed_at, xid, ordinal, tenant_id, table_name, operation, key, row_before,
                 row_after)
            values (?, ?, ?::pg_lsn, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb)
            on conflict (epoch, commit_lsn, ordinal) do nothing
            """;
    private static final String TENANT_OF_SALVAGED = """
            select c.tenant_id from orchestration.salvaged_change c
            where c.key = ?::jsonb and c.epoch = ? and c.table_name = ? and c.tenant_id is not null
            order by c.commit_lsn desc, c.ordinal desc limit 1
            """;
    private static final String COLUMNS = """
            select a.attname, a.atttypid = 'uuid'::regtype from pg_attribute a
            where a.attrelid = to_regclass(?) and a.attnum > 0 and not a.attisdropped
            """;

    private final Connection writer;
    private final long epoch;
    private final PreparedStatement insert;
    // Whether each column of a table of the writer is a uuid.
    private final Map<String, Map<String, Boolean>> columnsOfTables = new HashMap<>();
    private int batched;
    private long added;

    /** @param epoch the epoch that was lost */
    SalvageStore(Connection writer, long epoch) throws SQLException {
        this.writer = writer;
        this.epoch = epoch;
        this.insert = writer.prepareStatement(INSERT);
    }

    /** Stores the changes of a transaction; tells how many it has in tenants' tables. */
    int store(SalvagedTransaction transaction) throws SQLException {
        int ordinal = 0;
        for (SalvagedChange change : transaction.changes()) {
            if (!change.schema().equals(OPERATIONS)) {
                add(transaction, change, ordinal++);
            }
        }
        return ordinal;
    }

    /** Sends what is still kept back; tells how many changes were new, of all that were stored here. */
    long flush() throws SQLException {
        if (batched > 0) {
            for (int count : sendBatch()) {
                added += Math.max(count, 0);
            }
            batched = 0;
        }
        return added;
    }

    // The batch's own message has the row in it, which is nothing for a log.
    private int[] sendBatch() throws SQLException {
        try {
            return insert.executeBatch();
        } catch (BatchUpdateException failure) {
            SQLException cause = failure.getNextException();
            throw cause == null ? new SQLException("the batch was refused", failure.getSQLState()) : cause;
        }
    }

    @Override
    public void close() throws SQLException {
        insert.close();
    }

    private void add(SalvagedTransaction transaction, SalvagedChange change, int ordinal) throws SQLException {
        Optional<String> key = change.key().map(SalvageJson::object);
        Optional<UUID> tenant = tenant(change, key);
        insert.setObject(1, TenantEntity.newId());
        insert.setLong(2, epoch);
        insert.setString(3, transaction.commit().toString());
        insert.setObject(4, transaction.committedAt().atOffset(ZoneOffset.UTC));
        insert.setLong(5, transaction.xid());
        insert.setInt(6, ordinal);
        insert.setObject(7, tenant.orElse(null));
        insert.setString(8, change.schema() + "." + change.table());
        insert.setString(9, change.operation().name());
        insert.setString(10, key.orElse(null));
        insert.setString(11, change.before().map(SalvageJson::object).orElse(null));
        insert.setString(12, change.after().map(SalvageJson::object).orElse(null));
        insert.addBatch();
        batched++;
        if (batched == BATCH_MAX) {
            flush();
        }
    }

    private Optional<UUID> tenant(SalvagedChange change, Optional<String> key) throws SQLException {
        Optional<UUID> told = Stream.of(change.after(), change.before(), change.key())
                .flatMap(Optional::stream)
                .flatMap(row -> row.text(TENANT, UUID_TYPE).stream())
                .findFirst()
                .map(UUID::fromString);
        if (told.isPresent() || key.isEmpty() || change.operation() != Operation.DELETE) {
            return told;
        }
        // A deletion tells the key alone. The row it deleted is still on the writer, or is one of those that were lost.
        flush();
        Optional<UUID> kept = tenantOnWriter(change, key.get());
        return kept.isPresent() ? kept : tenantOfSalvaged(change, key.get());
    }

    private Optional<UUID> tenantOnWriter(SalvagedChange change, String key) throws SQLException {
        String table = quoted(change.schema()) + "." + quoted(change.table());
        List<String> keyColumns = change.key().orElseThrow().values().stream()
                .map(value -> value.column().name())
                .toList();
        Map<String, Boolean> columns = columns(table);
        if (!columns.getOrDefault(TENANT, false) || !columns.keySet().containsAll(keyColumns)) {
            return Optional.empty();
        }
        String sql = "select t.tenant_id from " + table + " t where (" + list("t", keyColumns) + ") = (select "
                + list("k", keyColumns) + " from jsonb_populate_record(null::" + table + ", ?::jsonb) k)";
        return Database.first(writer, SalvageStore::id, sql, key);
    }

    private Optional<UUID> tenantOfSalvaged(SalvagedChange change, String key) throws SQLException {
        return Database.first(
                writer, SalvageStore::id, TENANT_OF_SALVAGED, key, epoch, change.schema() + "." + change.table());
    }

    private Map<String, Boolean> columns(String table) throws SQLException {
        Map<String, Boolean> known = columnsOfTables.get(table);
        if (known != null) {
            return known;
        }
        Map<String, Boolean> columns = new HashMap<>();
        try (PreparedStatement select = writer.prepareStatement(COLUMNS)) {
            select.setString(1, table);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    columns.put(row.getString(1), row.getBoolean(2));
                }
            }
        }
        columnsOfTables.put(table, columns);
        return columns;
    }

    private static UUID id(ResultSet row) throws SQLException {
        return row.getObject(1, UUID.class);
    }

    private static String list(String alias, List<String> columns) {
        return columns.stream().map(column -> alias + "." + quoted(column)).collect(Collectors.joining(", "));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
