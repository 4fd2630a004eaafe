package org.holdfast.audit;

import java.time.Instant;
import java.util.UUID;

/**
 * A signed head of a chain, to be kept elsewhere.
 *
 * @param hash in hexadecimal digits, like what follows
 * @param publicKey of the key that signed it, X.509
 */
public record AnchorView(
        UUID tenant, long sequence, Instant at, String hash, String keyId, String publicKey, String signature) {}
