package org.holdfast.audit;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.chain.Anchor;
import org.holdfast.chain.AuditChain;
import org.holdfast.chain.AuditRecord;
import org.holdfast.chain.Head;
import org.holdfast.chain.Seal;

/**
 * Seals what has been written, one pass at a time over all instances: an advisory lock of the transaction, which the end of
 * its holder frees. Entries are sealed in the order of their moments as far as they are visible; one that is committed later
 * is sealed later. Thread-safe.
 */
public final class Sealer {
    private static final Logger LOG = Logger.getLogger(Sealer.class.getName());
    private static final int BATCH_MAX = 2_000;
    private static final int PARTITIONS_AHEAD = 3;

    /** Whether nobody else seals until the end of the transaction. */
    static final String LOCK = "select pg_try_advisory_xact_lock(hashtext('holdfast.audit.seal'))";
    // What a head seals that has lost its lease nobody will ever see.
    static final String LEASE = "select ops.assert_lease()";

    private final Optional<AnchorSigner> signer;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Sealer(Optional<AnchorSigner> signer, InstantSource clock) {
        this.signer = signer;
        this.clock = clock;
    }

    /** Whether there is something to seal or to anchor. */
    boolean hasWork(Connection owner) throws SQLException {
        String anchorable = signer.isPresent() ? " or exists (select from audit.unanchored())" : "";
        return isTrue(owner, "select exists (select from audit.entry where sequence is null)" + anchorable);
    }

    /**
     * Seals a batch, signs the heads, and makes partitions ahead, in the transaction of a connection.
     *
     * @return how many were sealed; 0 also when another instance is at it
     */
    int pass(Connection owner) throws SQLException {
        if (!isTrue(owner, LOCK)) {
            return 0;
        }
        execute(owner, LEASE);
        int sealed = 0;
        AuditChain chain = new AuditChain();
        for (Map.Entry<UUID, List<AuditRecord>> ofTenant : unsealed(owner).entrySet()) {
            sealed += sealOrLeave(owner, chain, ofTenant.getKey(), ofTenant.getValue());
        }
        if (signer.isPresent()) {
            anchor(owner, signer.get());
        }
        execute(owner, LEASE);
        return sealed;
    }

    /** Makes the partitions of the months to come, on one cluster. */
    static void makePartitions(Connection owner) throws SQLException {
        execute(owner, "select audit.make_partitions(" + PARTITIONS_AHEAD + ")");
    }

    private static Map<UUID, List<AuditRecord>> unsealed(Connection owner) throws SQLException {
        Map<UUID, List<AuditRecord>> byTenant = new LinkedHashMap<>();
        try (PreparedStatement select = owner.prepareStatement("select * from audit.unsealed(?)")) {
            select.setInt(1, BATCH_MAX);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    AuditRecord record = EntryRows.record(row);
                    byTenant.computeIfAbsent(record.tenant(), tenant -> new ArrayList<>())
                            .add(record);
                }
            }
        }
        return byTenant;
    }

    // A chain that cannot go on, because somebody changed its head, must not keep the others from being sealed.
    private int sealOrLeave(Connection owner, AuditChain chain, UUID tenant, List<AuditRecord> records)
            throws SQLException {
        execute(owner, "savepoint chain");
        try {
            seal(owner, chain, tenant, records);
            return records.size();
        } catch (SQLException failure) {
            if (!"HF004".equals(failure.getSQLState())) {
                throw failure;
            }
            execute(owner, "rollback to savepoint chain");
            LOG.log(Level.SEVERE, "the audit chain cannot go on: {0}", failure.getMessage());
            return 0;
        }
    }

    private void seal(Connection owner, AuditChain chain, UUID tenant, List<AuditRecord> records) throws SQLException {
        Head head = head(owner, tenant);
        List<Seal> seals = new ArrayList<>(records.size());
        byte[] previous = head.hash();
        for (AuditRecord record : records) {
            Seal seal = chain.seal(record, head.sequence() + seals.size() + 1, previous, random);
            previous = seal.chainHash();
            seals.add(seal);
        }
        try (PreparedStatement statement = owner.prepareStatement("select audit.seal(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            statement.setObject(1, tenant);
            statement.setArray(
                    2,
                    owner.createArrayOf(
                            "bigint",
                            records.stream().map(AuditRecord::atMicros).toArray()));
            statement.setArray(
                    3,
                    owner.createArrayOf(
                            "uuid", records.stream().map(AuditRecord::id).toArray()));
            statement.setLong(4, head.sequence() + 1);
            bytes(statement, 5, seals, Seal::whoNonce);
            bytes(statement, 6, seals, Seal::whoHash);
            bytes(statement, 7, seals, Seal::payloadNonce);
            bytes(statement, 8, seals, Seal::payloadHash);
            bytes(statement, 9, seals, Seal::entryHash);
            bytes(statement, 10, seals, Seal::chainHash);
            statement.execute();
        }
    }

    private static void bytes(PreparedStatement statement, int parameter, List<Seal> seals, Function<Seal, byte[]> part)
            throws SQLException {
        statement.setArray(
                parameter,
                statement
                        .getConnection()
                        .createArrayOf("bytea", seals.stream().map(part).toArray(byte[][]::new)));
    }

    private static Head head(Connection owner, UUID tenant) throws SQLException {
        try (PreparedStatement select =
                owner.prepareStatement("select sequence, hash from audit.head where tenant_id = ? for update")) {
            select.setObject(1, tenant);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? new Head(row.getLong(1), row.getBytes(2)) : new Head(0, AuditChain.start());
            }
        }
    }

    private void anchor(Connection owner, AnchorSigner by) throws SQLException {
        List<Anchor> anchors = new ArrayList<>();
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        try (PreparedStatement select = owner.prepareStatement("select * from audit.unanchored()");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                anchors.add(by.sign(row.getObject(1, UUID.class), row.getLong(2), row.getBytes(3), now));
            }
        }
        if (anchors.isEmpty()) {
            return;
        }
        insertKey(owner, by);
        try (PreparedStatement insert = owner.prepareStatement("insert into audit.anchor values (?, ?, ?,"
                + " timestamptz 'epoch' + ? * interval '1 microsecond', ?, ?) on conflict do nothing")) {
            for (Anchor anchor : anchors) {
                insert.setObject(1, anchor.tenant());
                insert.setLong(2, anchor.sequence());
                insert.setBytes(3, anchor.hash());
                insert.setLong(4, anchor.atMicros());
                insert.setString(5, anchor.keyId());
                insert.setBytes(6, anchor.signature());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    static void insertKey(Connection owner, AnchorSigner by) throws SQLException {
        try (PreparedStatement key = owner.prepareStatement(
                "insert into audit.key values (?, ?, clock_timestamp()) on conflict do nothing")) {
            key.setString(1, by.keyId());
            key.setBytes(2, by.publicKey());
            key.execute();
        }
    }

    private static boolean isTrue(Connection owner, String question) throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static void execute(Connection owner, String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
