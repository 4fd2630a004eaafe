package org.holdfast.audit;

import java.nio.ByteBuffer;
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
import org.holdfast.chain.Broken;
import org.holdfast.jdbc.Database;

/**
 * Takes months out of the trail that are older than the retention: first on the head that takes the writes, in one transaction
 * with the bases from which chains go on; the other head follows when it has been told of it. So a head never lacks entries
 * without their bases. What a base is signed for was verified before, and nothing else may be gone: a superuser could have a
 * base signed for what was never there. Thread-safe.
 */
final class Retention {
    private static final Logger LOG = Logger.getLogger(Retention.class.getName());
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String CANNOT_GO = "HF005";

    /** A month that is due, and what its chains go on from without it: not signed, of no moment. */
    private record Leaving(LocalDate month, List<BaseAnchor> bases) {
        boolean isSameAs(Leaving other) {
            return month.equals(other.month) && messages().equals(other.messages());
        }

        private List<ByteBuffer> messages() {
            return bases.stream().map(base -> ByteBuffer.wrap(base.message())).toList();
        }
    }

    private final OptionalInt months;
    private final AnchorSigners signers;
    private final InstantSource clock;
    private volatile Optional<Leaving> verified = Optional.empty();

    /** @param months how many are kept at least; empty for all */
    Retention(OptionalInt months, AnchorSigners signers, InstantSource clock) {
        this.months = months;
        this.signers = signers;
        this.clock = clock;
    }

    /**
     * Takes the oldest month that is due out of the writer's trail.
     *
     * @return the month; empty when none is due, or something is sealed just now
     */
    Optional<LocalDate> detachOldest(WriterConnection writer) throws SQLException {
        Optional<AnchorSigner> signer = signers.signer();
        if (months.isEmpty() || signer.isEmpty()) {
            return Optional.empty();
        }
        Optional<Leaving> due = writer.run(this::due);
        if (due.isEmpty()) {
            return Optional.empty();
        }
        // Not again only because somebody has held a lock.
        if (verified.filter(due.get()::isSameAs).isEmpty()) {
            verify(writer, due.get());
            verified = due;
        }
        return writer.run(owner -> detach(owner, due.get(), signer.get()));
    }

    private Optional<Leaving> due(Connection owner) throws SQLException {
        Optional<LocalDate> oldest = Database.first(
                owner, row -> row.getObject(1, LocalDate.class), "select audit.outlived(?)", months.orElseThrow());
        return oldest.isEmpty() ? Optional.empty() : Optional.of(leaving(owner, oldest.get()));
    }

    private static Leaving leaving(Connection owner, LocalDate month) throws SQLException {
        return new Leaving(month, Database.all(owner, BaseRows::unsigned, "select * from audit.bases(?)", month));
    }

    private void verify(WriterConnection writer, Leaving leaving) throws SQLException {
        for (BaseAnchor base : leaving.bases()) {
            long last = base.strays().stream()
                    .mapToLong(BaseAnchor.Stray::sequence)
                    .max()
                    .orElse(base.sequence());
            VerifyReport report = writer.run(owner -> TrailReader.verify(owner, base.tenant(), 1, signers.trusted()));
            for (Broken broken : report.broken()) {
                if (broken.sequence() <= last) {
                    throw new SQLException(
                            leaving.month() + " stays: the chain of " + base.tenant() + " is broken at "
                                    + broken.sequence() + ": " + broken.why(),
                            CANNOT_GO);
                }
            }
        }
    }

    private Optional<LocalDate> detach(Connection owner, Leaving leaving, AnchorSigner signer) throws SQLException {
        // What is sealed while it is looked at might come after what goes.
        if (!Database.isTrue(owner, Sealer.LOCK)) {
            return Optional.empty();
        }
        Database.script(owner, Sealer.LEASE);
        // What was changed since it was verified may be what somebody wants to have signed.
        if (!leaving(owner, leaving.month()).isSameAs(leaving)) {
            return Optional.empty();
        }
        insert(owner, leaving, signer);
        detach(owner, leaving.month());
        Database.script(owner, Sealer.LEASE);
        LOG.log(Level.INFO, "{0} has left the audit trail: audit_detached has it", leaving.month());
        return Optional.of(leaving.month());
    }

    private void insert(Connection owner, Leaving leaving, AnchorSigner signer) throws SQLException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Database.run(
                owner, "insert into audit.detached_month (month) values (?) on conflict do nothing", leaving.month());
        Sealer.insertKey(owner, signer);
        try (PreparedStatement insert =
                owner.prepareStatement("insert into audit.base values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (BaseAnchor base : leaving.bases()) {
                BaseAnchor signed = signer.sign(base.at(ChronoUnit.MICROS.between(Instant.EPOCH, now)));
                insert.setObject(1, signed.tenant());
                insert.setObject(2, leaving.month());
                insert.setLong(3, signed.sequence());
                insert.setBytes(4, signed.hash());
                insert.setArray(
                        5,
                        owner.createArrayOf(
                                "bigint",
                                signed.strays().stream()
                                        .map(BaseAnchor.Stray::sequence)
                                        .toArray()));
                hashes(insert, 6, signed, BaseAnchor.Stray::entryHash);
                hashes(insert, 7, signed, BaseAnchor.Stray::chainHash);
                insert.setTimestamp(8, Timestamp.from(now));
                insert.setString(9, signed.keyId());
                insert.setBytes(10, signed.signature());
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

    /** Whether somebody reads or writes what is to go, which ends soon. */
    static boolean isLocked(SQLException failure) {
        return LOCK_NOT_AVAILABLE.equals(failure.getSQLState());
    }

    /** Whether a month cannot go as it is. */
    static boolean isRefused(SQLException failure) {
        return CANNOT_GO.equals(failure.getSQLState());
    }
}
