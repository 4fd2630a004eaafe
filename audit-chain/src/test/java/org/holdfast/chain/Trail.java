package org.holdfast.chain;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A chain in memory as a database would hold it, to be tampered with. Not thread-safe. */
final class Trail {
    static final UUID TENANT = new UUID(7, 7);
    private static final int ANCHORED_EVERY = 10;
    private static final KeyPair KEYS = keys();
    static final AnchorKey KEY = AnchorKey.of(KEYS.getPublic().getEncoded());

    final List<SealedRecord> rows = new ArrayList<>();
    final List<Anchor> anchors = new ArrayList<>();
    private final SecureRandom nonces = new SecureRandom();
    private final AuditChain chain = new AuditChain();
    private final Random random;
    Head head = new Head(0, AuditChain.start());
    Optional<BaseAnchor> base = Optional.empty();

    Trail(int length, Random random) {
        this.random = random;
        for (int i = 1; i <= length; i++) {
            append(record(i, "UPDATE", "{\"name\": [\"a" + i + "\", \"b" + i + "\"]}"));
        }
        anchor();
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    AuditRecord record(long at, String operation, @Nullable String changes) {
        return new AuditRecord(
                TENANT,
                1_700_000_000_000_000L + at,
                new UUID(random.nextLong(), random.nextLong()),
                3,
                "0/16B" + at,
                1000 + at,
                "api",
                operation,
                "memory.agent",
                "agent-" + at % 7,
                new AuditRecord.Who("ann", "admin", "10.0.0.1", "request-" + at),
                changes);
    }

    void append(AuditRecord record) {
        Seal seal = chain.seal(record, head.sequence() + 1, head.hash(), nonces);
        rows.add(new SealedRecord(record, seal));
        head = new Head(seal.sequence(), seal.chainHash());
        if (head.sequence() % ANCHORED_EVERY == 0) {
            anchor();
        }
    }

    void anchor() {
        if (anchors.isEmpty() || anchors.get(anchors.size() - 1).sequence() < head.sequence()) {
            anchors.add(signed(head.sequence(), head.hash()));
        }
    }

    static Anchor signed(long sequence, byte[] hash) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(KEYS.getPrivate());
            signer.update(Anchor.message(TENANT, sequence, hash, sequence, KEY.id()));
            return new Anchor(TENANT, sequence, hash, sequence, KEY.id(), signer.sign());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static BaseAnchor signed(long sequence, byte[] hash, List<BaseAnchor.Stray> strays) {
        BaseAnchor base = new BaseAnchor(TENANT, sequence, hash, strays, sequence, KEY.id(), null);
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(KEYS.getPrivate());
            signer.update(base.message());
            return base.by(KEY.id(), signer.sign());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Takes entries out as a retention does: all up to one, and strays behind it. */
    void detach(int upTo, Set<Integer> strays) {
        byte[] hash = upTo == 0 ? AuditChain.start() : at(upTo).seal().chainHash();
        base = Optional.of(signed(
                upTo,
                hash,
                strays.stream().sorted().map(this::at).map(Trail::stray).toList()));
        rows.removeIf(row -> row.seal().sequence() <= upTo
                || strays.contains((int) row.seal().sequence()));
    }

    static BaseAnchor.Stray stray(SealedRecord row) {
        Seal seal = row.seal();
        return new BaseAnchor.Stray(seal.sequence(), seal.entryHash(), seal.chainHash());
    }

    int length() {
        return rows.size();
    }

    /** The entry at a place, from 1 on, as long as no row has been added or removed. */
    SealedRecord at(int place) {
        return rows.get(place - 1);
    }

    void put(int place, SealedRecord row) {
        rows.set(place - 1, row);
    }

    /** An entry with another text, and its hashes as whoever edits it may make them. */
    SealedRecord edited(SealedRecord row, boolean rehashesEntry, boolean rehashesChain) {
        AuditRecord was = row.record();
        AuditRecord said = new AuditRecord(
                was.tenant(),
                was.atMicros(),
                was.id(),
                was.epoch(),
                was.lsn(),
                was.xid(),
                was.source(),
                was.operation(),
                was.entity(),
                was.entityId(),
                was.who(),
                "{\"name\": [\"forged\", null]}");
        Seal seal = row.seal();
        if (!rehashesEntry) {
            return new SealedRecord(said, seal);
        }
        byte[] payload = chain.payload(Optional.ofNullable(seal.payloadNonce()).orElseThrow(), said.changes());
        byte[] entry = chain.entry(said, seal.whoHash(), payload);
        long sequence = seal.sequence();
        byte[] previous = sequence == 1
                ? AuditChain.start()
                : at((int) sequence - 1).seal().chainHash();
        return new SealedRecord(
                said,
                new Seal(
                        sequence,
                        seal.whoNonce(),
                        seal.whoHash(),
                        seal.payloadNonce(),
                        payload,
                        entry,
                        rehashesChain ? chain.chain(previous, sequence, entry) : seal.chainHash()));
    }

    static SealedRecord placed(SealedRecord row, long sequence) {
        Seal seal = row.seal();
        return new SealedRecord(
                row.record(),
                new Seal(
                        sequence,
                        seal.whoNonce(),
                        seal.whoHash(),
                        seal.payloadNonce(),
                        seal.payloadHash(),
                        seal.entryHash(),
                        seal.chainHash()));
    }

    static SealedRecord emptied(SealedRecord row) {
        AuditRecord was = row.record();
        Seal seal = row.seal();
        return new SealedRecord(
                new AuditRecord(
                        was.tenant(),
                        was.atMicros(),
                        was.id(),
                        was.epoch(),
                        was.lsn(),
                        was.xid(),
                        was.source(),
                        was.operation(),
                        was.entity(),
                        was.entityId(),
                        was.who(),
                        null),
                new Seal(
                        seal.sequence(),
                        seal.whoNonce(),
                        seal.whoHash(),
                        null,
                        seal.payloadHash(),
                        seal.entryHash(),
                        seal.chainHash()));
    }

    List<Broken> verify() {
        ChainVerifier verifier =
                new ChainVerifier(TENANT, anchors, Map.of(KEY.id(), KEY), new Head(0, AuditChain.start()), base);
        rows.stream()
                .sorted(Comparator.comparingLong(row -> row.seal().sequence()))
                .forEach(verifier::accept);
        return verifier.end(Optional.of(head));
    }
}
