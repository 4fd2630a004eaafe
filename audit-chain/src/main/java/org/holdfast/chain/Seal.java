package org.holdfast.chain;

import org.jspecify.annotations.Nullable;

/**
 * What sealing adds to an entry. Its arrays are not copied: millions of them pass by.
 *
 * @param sequence its place in its tenant's chain, from 1 on, without gaps
 * @param whoNonce makes the hash of few possible values unguessable; null after an erasure
 * @param payloadNonce the same for the changes
 */
@SuppressWarnings("ArrayRecordComponent")
public record Seal(
        long sequence,
        byte @Nullable [] whoNonce,
        byte[] whoHash,
        byte @Nullable [] payloadNonce,
        byte[] payloadHash,
        byte[] entryHash,
        byte[] chainHash) {}
