package org.holdfast.chain;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** The public half of a key that signs anchors and bases. */
public final class AnchorKey {
    private static final int ID_BYTES = 8;

    private final String id;
    private final PublicKey key;

    private AnchorKey(String id, PublicKey key) {
        this.id = id;
        this.key = key;
    }

    /**
     * Reads a key.
     *
     * @param x509 its encoding
     * @throws IllegalArgumentException when it is not an Ed25519 key
     */
    public static AnchorKey of(byte[] x509) {
        try {
            return new AnchorKey(
                    idOf(x509), KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException("not an Ed25519 key", malformed);
        }
    }

    /** The name of a public key: it follows from the key, so that nobody can put another one under it. */
    public static String idOf(byte[] x509) {
        return HexFormat.of().formatHex(Arrays.copyOf(AuditChain.sha256().digest(x509), ID_BYTES));
    }

    public String id() {
        return id;
    }

    boolean hasSigned(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
