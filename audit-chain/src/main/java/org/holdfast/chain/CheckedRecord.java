package org.holdfast.chain;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An entry whose hashes were compared with what it says, which is most of the work of verifying it and needs no other entry.
 *
 * @param wrong what of it was edited; empty when it says what was sealed
 */
public record CheckedRecord(SealedRecord entry, Optional<String> wrong) {
    /** Checks entries, in their order. */
    public static List<CheckedRecord> of(List<SealedRecord> entries) {
        AuditChain chain = new AuditChain();
        return entries.stream().map(entry -> of(entry, chain)).toList();
    }

    static CheckedRecord of(SealedRecord entry, AuditChain chain) {
        return new CheckedRecord(entry, wrong(entry.record(), entry.seal(), chain));
    }

    private static Optional<String> wrong(AuditRecord said, Seal seal, AuditChain chain) {
        if (seal.payloadNonce() == null
                ? said.changes() != null
                : !Arrays.equals(chain.payload(seal.payloadNonce(), said.changes()), seal.payloadHash())) {
            return Optional.of("its changes were edited");
        }
        if (seal.whoNonce() == null
                ? !said.who().isEmpty()
                : !Arrays.equals(chain.who(seal.whoNonce(), said.who()), seal.whoHash())) {
            return Optional.of("its actor, roles, address or request were edited");
        }
        return Arrays.equals(chain.entry(said, seal.whoHash(), seal.payloadHash()), seal.entryHash())
                ? Optional.empty()
                : Optional.of("it was edited");
    }
}
