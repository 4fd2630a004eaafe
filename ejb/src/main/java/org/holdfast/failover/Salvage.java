package org.holdfast.failover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.jdbc.Database;
import org.holdfast.topology.LogPosition;

/**
 * Saves what a lost head had committed and the other cluster never received: its slot {@code holdfast} still lists it. The
 * slot is only looked into, so this may be repeated, and nothing is stored twice. Thread-safe.
 */
public final class Salvage {
    private static final Logger LOG = Logger.getLogger(Salvage.class.getName());

    /** Every page has the server decode the whole slot again, so a page is large; it is streamed. */
    private static final int PAGE_MESSAGES = 20_000;

    private static final int FETCH_MESSAGES = 200;

    /** What one page brought, and where it ended. */
    private record Page(SalvageReport report, Optional<LogPosition> end) {}

    private final int pageMessages;

    public Salvage() {
        this(PAGE_MESSAGES);
    }

    /** @param pageMessages after how many messages a page ends, with the transaction in which they are reached */
    public Salvage(int pageMessages) {
        this.pageMessages = pageMessages;
    }

    /**
     * Stores the changes of every transaction of the old head that ended after {@code prevEnd} and before this call, in one
     * transaction a page.
     * A failure leaves whole pages behind; the next run adds what is missing.
     *
     * @param oldHeadOwner the head that lost, as the owner; no client may write to it any more
     * @param writerOwner the present writer, as the owner
     * @param lostEpoch the epoch in which the old head was the writer
     * @param prevEnd up to where the other cluster had received the old head's log when it took over
     * @throws RefusedException (conflict) when the old head does not hold the slot any more, or lost the log it needs:
     *     what it did not replicate cannot be listed
     */
    public SalvageReport run(Database oldHeadOwner, Database writerOwner, long lostEpoch, LogPosition prevEnd)
            throws SQLException {
        SalvageReport total = SalvageReport.NOTHING;
        // The head goes on to write for itself, heartbeats for one: its slot is never empty for long.
        LogPosition stop = oldHeadOwner.inTransaction(Salvage::written);
        Optional<LogPosition> after = Optional.of(prevEnd);
        while (after.isPresent() && after.get().isBefore(stop)) {
            LogPosition begin = after.get();
            Page page = writerOwner.inTransaction(
                    writer -> oldHeadOwner.inTransaction(oldHead -> copyPage(oldHead, writer, lostEpoch, begin)));
            total = total.plus(page.report());
            after = page.end();
        }
        LOG.log(Level.INFO, "epoch {0} after {1}: {2}", new Object[] {lostEpoch, prevEnd, total});
        return total;
    }

    private Page copyPage(Connection oldHead, Connection writer, long epoch, LogPosition after) throws SQLException {
        requireSlot(oldHead);
        PgOutputDecoder decoder = new PgOutputDecoder();
        long transactions = 0;
        long changes = 0;
        Optional<LogPosition> end = Optional.empty();
        try (SalvageStore store = new SalvageStore(writer, epoch);
                PreparedStatement peek = oldHead.prepareStatement("select data from cluster.peek_slot(?::pg_lsn, ?)")) {
            peek.setFetchSize(FETCH_MESSAGES);
            peek.setString(1, after.toString());
            peek.setInt(2, pageMessages);
            try (ResultSet row = peek.executeQuery()) {
                while (row.next()) {
                    Optional<SalvagedTransaction> ended = decoder.accept(row.getBytes(1));
                    if (ended.isPresent()) {
                        int stored = store.store(ended.get());
                        end = Optional.of(ended.get().end());
                        changes += stored;
                        transactions += stored > 0 ? 1 : 0;
                    }
                }
            }
            decoder.end();
            return new Page(new SalvageReport(transactions, changes, store.flush()), end);
        }
    }

    private static LogPosition written(Connection oldHead) throws SQLException {
        requireSlot(oldHead);
        return Database.first(
                        oldHead, row -> LogPosition.parse(row.getString(1)), "select pg_current_wal_insert_lsn()::text")
                .orElseThrow();
    }

    private static void requireSlot(Connection oldHead) throws SQLException {
        String status = Database.first(
                        oldHead,
                        row -> row.getString(1),
                        "select coalesce(wal_status, 'lost') from pg_replication_slots"
                                + " where slot_name = 'holdfast' and database = current_database()")
                .orElseThrow(() -> new RefusedException(
                        ErrorCategory.CONFLICT,
                        "the old writer has no slot 'holdfast': what it did not replicate cannot be listed"));
        if (status.equals("lost")) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT,
                    "the old writer has removed log that its slot 'holdfast' needs (max_slot_wal_keep_size):"
                            + " what it did not replicate cannot be listed");
        }
    }
}
