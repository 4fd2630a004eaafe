package org.holdfast.audit;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.migration.TwoClusters;
import org.holdfast.topology.Cluster;

/** Seals one tenant's entries by the sealer, and verifies them in the database and in an export of them without it. */
final class TrailSpeed {
    private static final UUID TENANT = UUID.fromString("0190a0b0-0000-7000-8000-00000000000b");
    private static final int FILL_ROWS = 50_000;
    private static final Duration FOLLOWED_WITHIN = Duration.ofMinutes(10);
    private static final double SEALED_A_SECOND_MIN = 5_000;
    // A million in 15 s.
    private static final double VERIFIED_A_SECOND_MIN = 1_000_000 / 15.0;

    // The lines of GET /api/admin/audit/export.
    private static final String EXPORT = """
            select json_build_object(
                'tenant', tenant_id, 'sequence', sequence, 'atMicros', (extract(epoch from at) * 1000000)::bigint, 'id', id,
                'epoch', epoch, 'lsn', lsn, 'transactionId', xid, 'source', source, 'actor', actor, 'roles', roles,
                'address', address, 'requestId', request_id, 'operation', operation, 'entity', entity,
                'entityId', entity_id, 'changes', changes::text, 'whoNonce', encode(who_nonce, 'hex'),
                'whoHash', encode(who_hash, 'hex'), 'payloadNonce', encode(payload_nonce, 'hex'),
                'payloadHash', encode(payload_hash, 'hex'), 'entryHash', encode(entry_hash, 'hex'),
                'chainHash', encode(chain_hash, 'hex'))
            from audit.entry where tenant_id = ? and sequence > 0 order by sequence""";
    private static final String EXPORT_ANCHORS = """
            select json_build_object(
                'tenant', a.tenant_id, 'sequence', a.sequence, 'at', to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                'hash', encode(a.hash, 'hex'), 'keyId', a.key_id, 'publicKey', encode(k.public_key, 'hex'),
                'signature', encode(a.signature, 'hex'))
            from audit.anchor a join audit.key k using (key_id) where a.tenant_id = ? order by a.sequence desc limit 500""";

    /** Measured work. */
    private interface Work {
        void run() throws SQLException, IOException, InterruptedException;
    }

    private final TwoClusters clusters;
    private final PrintStream out;
    private final int entries;

    TrailSpeed(TwoClusters clusters, PrintStream out, int entries) {
        this.clusters = clusters;
        this.out = out;
        this.entries = entries;
    }

    void measure() throws SQLException, IOException, InterruptedException {
        Path key = Files.createTempFile("signing-key", ".pem");
        Path export = Files.createTempFile("export", ".jsonl");
        try (Connection owner = clusters.owner(Cluster.primary).getConnection()) {
            AnchorSigner signer = signer(key);
            Sealer sealer = new Sealer(Optional.of(signer), InstantSource.system());
            owner.setAutoCommit(false);
            // What the measurements before have left.
            sealAll(owner, sealer);
            fill(owner);
            out.printf("%n%-44s %9s %9s %11s  goal%n", "one tenant's chain", "entries", "seconds", "a second");
            measure("sealing", SEALED_A_SECOND_MIN, () -> sealAll(owner, sealer));
            clusters.awaitFollowed(FOLLOWED_WITHIN);
            measure("verifying in the database", VERIFIED_A_SECOND_MIN, () -> verify(owner, signer));
            export(owner, export);
            measure(
                    "verifying an export of " + (Files.size(export) >> 20) + " MiB",
                    VERIFIED_A_SECOND_MIN,
                    () -> verify(export));
        } finally {
            Files.delete(key);
            Files.delete(export);
        }
    }

    private static AnchorSigner signer(Path file) throws IOException {
        try {
            byte[] key = KeyPairGenerator.getInstance("Ed25519")
                    .generateKeyPair()
                    .getPrivate()
                    .getEncoded();
            Files.writeString(
                    file,
                    "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(key)
                            + "\n-----END PRIVATE KEY-----\n");
            return AnchorSigner.read(file);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has Ed25519", impossible);
        }
    }

    private void fill(Connection owner) throws SQLException {
        for (int from = 0; from < entries; from += FILL_ROWS) {
            try (PreparedStatement insert = owner.prepareStatement("""
                    insert into audit.entry (tenant_id, at, id, epoch, lsn, xid, source, operation, entity, entity_id, actor,
                                             roles, address, request_id, changes)
                    select ?, clock_timestamp(), gen_random_uuid(), 1, pg_current_wal_insert_lsn(),
                           pg_current_xact_id()::text::bigint, 'api', 'UPDATE', 'memory.agent', gen_random_uuid()::text,
                           'agent@example.org', 'user', '127.0.0.1', gen_random_uuid()::text,
                           json_build_object('description', json_build_array('time ' || n, 'time ' || n + 1),
                                             'version', json_build_array(n, n + 1),
                                             'updated_at', json_build_array(now(), clock_timestamp()))
                    from generate_series(?, ?) n""")) {
                insert.setObject(1, TENANT);
                insert.setInt(2, from);
                insert.setInt(3, Math.min(from + FILL_ROWS, entries) - 1);
                insert.executeUpdate();
            }
            owner.commit();
            // Or the standby's place in the log would be given up.
            clusters.awaitFollowed(FOLLOWED_WITHIN);
        }
        clusters.execute(Cluster.primary, "vacuum analyze audit.entry");
    }

    private static void sealAll(Connection owner, Sealer sealer) throws SQLException {
        int sealed;
        do {
            sealed = sealer.pass(owner);
            owner.commit();
        } while (sealed > 0);
    }

    private void verify(Connection owner, AnchorSigner signer) throws SQLException {
        VerifyReport report = TrailReader.verify(owner, TENANT, 1, Set.of(signer.keyId()));
        owner.commit();
        if (report.verified() != entries || !report.broken().isEmpty()) {
            throw new IllegalStateException(report + " instead of " + entries + " sound entries");
        }
    }

    private static void export(Connection owner, Path file) throws SQLException, IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (String sql : new String[] {EXPORT, EXPORT_ANCHORS}) {
                try (PreparedStatement select = owner.prepareStatement(sql)) {
                    select.setObject(1, TENANT);
                    select.setFetchSize(1_000);
                    try (ResultSet row = select.executeQuery()) {
                        while (row.next()) {
                            writer.append(row.getString(1)).append('\n');
                        }
                    }
                }
            }
        }
        owner.commit();
    }

    // By the command that is there for it, with the start of its JVM.
    private void verify(Path export) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        System.getProperty("holdfast.project") + "/holdfast", "audit", "verify", export.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || !said.contains(entries + " entries verified, 0 findings")) {
            throw new IllegalStateException(said);
        }
    }

    private void measure(String what, double aSecondMin, Work work)
            throws SQLException, IOException, InterruptedException {
        long begun = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - begun) / 1e9;
        out.printf(
                Locale.ROOT,
                "%-44s %9d %9.1f %11.0f  %.0f: %s%n",
                what,
                entries,
                seconds,
                entries / seconds,
                aSecondMin,
                entries / seconds >= aSecondMin ? "met" : "missed");
    }
}
