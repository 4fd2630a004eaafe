package org.holdfast.chain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of the audit trail, all SHA-256, over an encoding in which every value has its length before it, so that no two
 * different entries are encoded alike. A text is its length in bytes (4 bytes, big-endian) and its UTF-8; a missing one is
 * the length -1; numbers are 8 bytes, big-endian; an id is its two numbers.
 *
 * <pre>
 * who     = H(nonce, actor, roles, address, request)
 * payload = H(nonce, changes)
 * entry   = H("holdfast-entry-1", tenant, at, id, epoch, lsn, xid, source, operation, entity, entity id, who, payload)
 * chain   = H(chain of the entry before, sequence, entry)        the first one follows 32 zero bytes
 * </pre>
 *
 * Not thread-safe.
 */
public final class AuditChain {
    /** Length of every hash. */
    public static final int HASH_BYTES = 32;

    private static final int NONCE_BYTES = 16;
    private static final byte[] FORMAT = "holdfast-entry-1".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest digest = sha256();
    private final byte[] number = new byte[Long.BYTES];

    /** What the first entry of a chain follows. */
    public static byte[] start() {
        return new byte[HASH_BYTES];
    }

    /** Seals an entry as the next one of its chain, with nonces of its own. */
    public Seal seal(AuditRecord record, long sequence, byte[] previous, SecureRandom random) {
        byte[] whoNonce = nonce(random);
        byte[] payloadNonce = nonce(random);
        byte[] who = who(whoNonce, record.who());
        byte[] payload = payload(payloadNonce, record.changes());
        byte[] entry = entry(record, who, payload);
        return new Seal(sequence, whoNonce, who, payloadNonce, payload, entry, chain(previous, sequence, entry));
    }

    byte[] who(byte[] nonce, AuditRecord.Who who) {
        bytes(nonce);
        text(who.actor());
        text(who.roles());
        text(who.address());
        text(who.requestId());
        return digest.digest();
    }

    byte[] payload(byte[] nonce, @Nullable String changes) {
        bytes(nonce);
        text(changes);
        return digest.digest();
    }

    byte[] entry(AuditRecord record, byte[] who, byte[] payload) {
        bytes(FORMAT);
        id(record.tenant());
        number(record.atMicros());
        id(record.id());
        number(record.epoch());
        text(record.lsn());
        number(record.xid());
        text(record.source());
        text(record.operation());
        text(record.entity());
        text(record.entityId());
        bytes(who);
        bytes(payload);
        return digest.digest();
    }

    byte[] chain(byte[] previous, long sequence, byte[] entry) {
        bytes(previous);
        number(sequence);
        bytes(entry);
        return digest.digest();
    }

    private static byte[] nonce(SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return nonce;
    }

    private void id(UUID id) {
        number(id.getMostSignificantBits());
        number(id.getLeastSignificantBits());
    }

    private void number(long value) {
        put(value, Long.BYTES);
    }

    private void text(@Nullable String text) {
        if (text == null) {
            put(-1, Integer.BYTES);
        } else {
            bytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void bytes(byte[] value) {
        put(value.length, Integer.BYTES);
        digest.update(value);
    }

    private void put(long value, int length) {
        for (int i = 0; i < length; i++) {
            number[i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
        digest.update(number, 0, length);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JDK has SHA-256", absent);
        }
    }
}
