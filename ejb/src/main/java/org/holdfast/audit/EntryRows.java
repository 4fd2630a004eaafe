package org.holdfast.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.holdfast.chain.AuditRecord;
import org.holdfast.chain.Seal;
import org.holdfast.chain.SealedRecord;

/** Entries as rows: the columns, and what they say. */
final class EntryRows {
    /** As {@code audit.unsealed} has them. */
    static final String COLUMNS =
            "e.tenant_id, (extract(epoch from e.at) * 1000000)::bigint, e.id, e.epoch, e.lsn::text, e.xid, e.source,"
                    + " e.operation, e.entity, e.entity_id, e.actor, e.roles, e.address, e.request_id, e.changes::text";

    /** What sealing adds. */
    static final String SEALED_COLUMNS = COLUMNS
            + ", e.sequence, e.who_nonce, e.who_hash, e.payload_nonce, e.payload_hash, e.entry_hash, e.chain_hash";

    private EntryRows() {}

    @SuppressWarnings("NullAway") // Which columns may be null is in the record's declaration.
    static AuditRecord record(ResultSet row) throws SQLException {
        return new AuditRecord(
                row.getObject(1, UUID.class),
                row.getLong(2),
                row.getObject(3, UUID.class),
                row.getLong(4),
                row.getString(5),
                row.getLong(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                new AuditRecord.Who(row.getString(11), row.getString(12), row.getString(13), row.getString(14)),
                row.getString(15));
    }

    static SealedRecord sealed(ResultSet row) throws SQLException {
        return new SealedRecord(
                record(row),
                new Seal(
                        row.getLong(16),
                        row.getBytes(17),
                        present(row, 18),
                        row.getBytes(19),
                        present(row, 20),
                        present(row, 21),
                        present(row, 22)));
    }

    // Somebody may have taken it away, which is no reason to fail: it fits nothing.
    private static byte[] present(ResultSet row, int column) throws SQLException {
        byte[] value = row.getBytes(column);
        return value == null ? new byte[0] : value;
    }
}
