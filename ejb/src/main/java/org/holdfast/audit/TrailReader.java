package org.holdfast.audit;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.chain.Anchor;
import org.holdfast.chain.AnchorKey;
import org.holdfast.chain.AuditChain;
import org.holdfast.chain.BaseAnchor;
import org.holdfast.chain.Broken;
import org.holdfast.chain.ChainVerifier;
import org.holdfast.chain.CheckedRecord;
import org.holdfast.chain.Head;
import org.holdfast.chain.SealedRecord;
import org.holdfast.chain.WorkAhead;
import org.holdfast.jdbc.Database;

/**
 * Verifies chains in the writer's database. Each chain is read in one snapshot, so that what is sealed meanwhile is no
 * finding, and as a stream: a chain of any length needs the same memory. Thread-safe.
 */
@Dependent
public class TrailReader {
    private static final int FETCH_ROWS = 1_000;
    private static final int FINDINGS_MAX = 5 * ChainVerifier.FINDINGS_MAX;

    private final WriterConnection writer;
    private final AnchorSigners signers;

    @Inject
    TrailReader(WriterConnection writer, AnchorSigners signers) {
        this.writer = writer;
        this.signers = signers;
    }

    VerifyReport verify(VerifyRequest request) throws SQLException {
        List<UUID> tenants =
                request.tenant().isPresent() ? List.of(request.tenant().get()) : writer.run(TrailReader::tenants);
        long verified = 0;
        List<Broken> broken = new ArrayList<>();
        for (UUID tenant : tenants) {
            VerifyReport chain =
                    writer.run(connection -> verify(connection, tenant, request.from(), signers.trusted()));
            verified += chain.verified();
            if (broken.size() < FINDINGS_MAX) {
                broken.addAll(chain.broken());
            }
        }
        return new VerifyReport(verified, broken);
    }

    /**
     * Verifies one chain in a transaction of its own.
     *
     * @param trusted ids of the keys whose anchors count
     */
    public static VerifyReport verify(Connection owner, UUID tenant, long from, Set<String> trusted)
            throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute("set transaction isolation level repeatable read read only");
            // Before the snapshot is taken: a month that left meanwhile would be missing, and its base not be seen.
            statement.execute("lock table audit.entry in access share mode");
        }
        Optional<BaseAnchor> base = Database.first(owner, BaseRows::signed, BaseRows.NEWEST, tenant);
        ChainVerifier verifier = new ChainVerifier(
                tenant,
                anchors(owner, tenant, from - 1),
                keys(owner, trusted),
                before(owner, tenant, from, base),
                base);
        try (PreparedStatement select = owner.prepareStatement("select " + EntryRows.SEALED_COLUMNS
                + " from audit.entry e where e.tenant_id = ? and e.sequence >= ? order by e.sequence, e.at, e.id")) {
            select.setObject(1, tenant);
            select.setLong(2, from);
            select.setFetchSize(FETCH_ROWS);
            WorkAhead<SealedRecord, CheckedRecord> checks = new WorkAhead<>(CheckedRecord::of, verifier::accept);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    checks.add(EntryRows.sealed(row));
                }
            }
            checks.end();
        }
        List<Broken> broken = verifier.end(head(owner, tenant));
        return new VerifyReport(verifier.verified(), broken);
    }

    // Also those of which nothing is left but an anchor.
    private static List<UUID> tenants(Connection owner) throws SQLException {
        List<UUID> tenants = new ArrayList<>();
        try (PreparedStatement select = owner.prepareStatement(
                        "select tenant_id from audit.head union select tenant_id from audit.anchor"
                                + " union select tenant_id from audit.base order by 1");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                tenants.add(row.getObject(1, UUID.class));
            }
        }
        return tenants;
    }

    private static Map<String, AnchorKey> keys(Connection owner, Set<String> trusted) throws SQLException {
        Map<String, AnchorKey> keys = new HashMap<>();
        try (PreparedStatement select = owner.prepareStatement("select key_id, public_key from audit.key");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                byte[] publicKey = row.getBytes(2);
                // By the name that follows from it, whatever name somebody gave it.
                if (trusted.contains(AnchorKey.idOf(publicKey))) {
                    keys.put(AnchorKey.idOf(publicKey), AnchorKey.of(publicKey));
                }
            }
        }
        return keys;
    }

    private static List<Anchor> anchors(Connection owner, UUID tenant, long from) throws SQLException {
        List<Anchor> anchors = new ArrayList<>();
        try (PreparedStatement select = owner.prepareStatement("""
                select sequence, hash, (extract(epoch from at) * 1000000)::bigint, key_id, signature
                from audit.anchor where tenant_id = ? and sequence >= ? order by sequence
                """)) {
            select.setObject(1, tenant);
            select.setLong(2, from);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    anchors.add(new Anchor(
                            tenant,
                            row.getLong(1),
                            row.getBytes(2),
                            row.getLong(3),
                            row.getString(4),
                            row.getBytes(5)));
                }
            }
        }
        return anchors;
    }

    private static Optional<Head> head(Connection owner, UUID tenant) throws SQLException {
        return head(owner, "select sequence, hash from audit.head where tenant_id = ?", tenant, Optional.empty());
    }

    private static Head before(Connection owner, UUID tenant, long from, Optional<BaseAnchor> base)
            throws SQLException {
        Head start = new Head(0, AuditChain.start());
        Optional<Head> stray = base.stream()
                .flatMap(gone -> gone.strays().stream())
                .filter(gone -> gone.sequence() == from - 1)
                .map(gone -> new Head(gone.sequence(), gone.chainHash()))
                .findFirst();
        return from == 1 || stray.isPresent()
                ? stray.orElse(start)
                : head(
                                owner,
                                "select sequence, chain_hash from audit.entry where tenant_id = ? and sequence = ? limit 1",
                                tenant,
                                Optional.of(from - 1))
                        .orElse(start);
    }

    private static Optional<Head> head(Connection owner, String question, UUID tenant, Optional<Long> sequence)
            throws SQLException {
        try (PreparedStatement select = owner.prepareStatement(question)) {
            select.setObject(1, tenant);
            if (sequence.isPresent()) {
                select.setLong(2, sequence.get());
            }
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(new Head(row.getLong(1), row.getBytes(2))) : Optional.empty();
            }
        }
    }
}
