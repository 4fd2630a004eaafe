package org.holdfast.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.chain.BaseAnchor;
import org.holdfast.jdbc.Database;

/**
 * Takes months out of the trail that are older than the retention: first on the head that takes the writes, in one transaction
 * with the bases from which chains go on; the other head follows when it has been told of it. So a head never lacks entries
 * without their bases. Thread-safe.
 */
final class Retention {
    private static final Logger LOG = Logger.getLogger(Retention.class.getName());
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String CANNOT_GO = "HF005";

    private final OptionalInt months;
    private final Optional<AnchorSigner> signer;
    private final InstantSource clock;

    /** @param months how many are kept at least; empty for all */
    Retention(OptionalInt months, Optional<AnchorSigner> signer, InstantSource clock) {
        this.months = months;
        this.signer = signer;
        this.clock = clock;
    }

    /**
     * Takes the oldest month that is due out of the writer's trail, in the transaction of a connection.
     *
     * @return the month; empty when none is due, or something is sealed just now
     */
    Optional<LocalDate> detachOldest(Connection owner) throws SQLException {
        if (months.isEmpty()) {
            return Optional.empty();
        }
        Optional<LocalDate> oldest = Database.first(
                owner, row -> row.getObject(1, LocalDate.class), "select audit.outlived(?)", months.getAsInt());
        // What is sealed while it is looked at might come after what goes.
        if (oldest.isEmpty() || !Database.isTrue(owner, Sealer.LOCK)) {
            return Optional.empty();
        }
        LocalDate month = oldest.get();
        Database.script(owner, Sealer.LEASE);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<BaseAnchor> bases = Database.all(
                owner,
                row -> BaseRows.unsigned(row, ChronoUnit.MICROS.between(Instant.EPOCH, now)),
                "select * from audit.bases(?)",
                month);
        insert(owner, month, now, bases);
        detach(owner, month);
        Database.script(owner, Sealer.LEASE);
        LOG.log(Level.INFO, "{0} has left the audit trail: audit_detached has it", month);
        return oldest;
    }

    private void insert(Connection owner, LocalDate month, Instant now, List<BaseAnchor> bases) throws SQLException {
        Database.run(owner, "insert into audit.detached_month (month) values (?) on conflict do nothing", month);
        if (signer.isPresent()) {
            Sealer.insertKey(owner, signer.get());
        }
        try (PreparedStatement insert =
                owner.prepareStatement("insert into audit.base values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (BaseAnchor base : bases) {
                BaseAnchor told = signer.map(by -> by.sign(base)).orElse(base);
                insert.setObject(1, told.tenant());
                insert.setObject(2, month);
                insert.setLong(3, told.sequence());
                insert.setBytes(4, told.hash());
                insert.setArray(
                        5,
                        owner.createArrayOf(
                                "bigint",
                                told.strays().stream()
                                        .map(BaseAnchor.Stray::sequence)
                                        .toArray()));
                hashes(insert, 6, told, BaseAnchor.Stray::entryHash);
                hashes(insert, 7, told, BaseAnchor.Stray::chainHash);
                insert.setTimestamp(8, Timestamp.from(now));
                insert.setString(9, told.keyId());
                insert.setBytes(10, told.signature());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void hashes(
            PreparedStatement insert, int parameter, BaseAnchor base, Function<BaseAnchor.Stray, byte[]> part)
            throws SQLException {
        insert.setArray(
                parameter,
                insert.getConnection()
                        .createArrayOf("bytea", base.strays().stream().map(part).toArray(byte[][]::new)));
    }

    /** Takes the months out of a head's trail that the writer has taken out of its own. */
    static void follow(Connection owner) throws SQLException {
        for (LocalDate month :
                Database.all(owner, row -> row.getObject(1, LocalDate.class), "select * from audit.left_behind()")) {
            detach(owner, month);
        }
    }

    private static void detach(Connection owner, LocalDate month) throws SQLException {
        Database.first(owner, row -> true, "select audit.detach(?)", month);
    }

    /** Whether it is to be tried again later, after a failure: somebody reads what is to go, or it cannot go yet. */
    static boolean isForLater(SQLException failure) {
        return LOCK_NOT_AVAILABLE.equals(failure.getSQLState()) || CANNOT_GO.equals(failure.getSQLState());
    }
}
