package org.holdfast.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.holdfast.chain.Anchor;
import org.holdfast.chain.AnchorKey;
import org.holdfast.chain.BaseAnchor;
import org.jspecify.annotations.Nullable;

/** Signs anchors and bases with an Ed25519 key. Thread-safe. */
final class AnchorSigner {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    // X.509 of an Ed25519 key is this and the 32 bytes of the key.
    private static final byte[] X509_BEFORE_KEY = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PrivateKey key;
    private final byte[] publicKey;

    private AnchorSigner(EdECPrivateKey key) {
        this.key = key;
        byte[] point = new Ed25519PrivateKeyParameters(key.getBytes().orElseThrow(), 0)
                .generatePublicKey()
                .getEncoded();
        this.publicKey = new byte[X509_BEFORE_KEY.length + point.length];
        System.arraycopy(X509_BEFORE_KEY, 0, publicKey, 0, X509_BEFORE_KEY.length);
        System.arraycopy(point, 0, publicKey, X509_BEFORE_KEY.length, point.length);
    }

    /**
     * Reads the key.
     *
     * @throws IllegalArgumentException when the file is no such key
     */
    static AnchorSigner read(Path file) {
        try {
            String pem = Files.readString(file);
            int from = pem.indexOf(BEGIN);
            int to = pem.indexOf(END);
            if (from < 0 || to < from) {
                throw notAKey(file, null);
            }
            byte[] encoded = Base64.getMimeDecoder()
                    .decode(pem.substring(from + BEGIN.length(), to).getBytes(StandardCharsets.US_ASCII));
            return new AnchorSigner((EdECPrivateKey)
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (IOException | GeneralSecurityException unreadable) {
            throw notAKey(file, unreadable);
        }
    }

    private static IllegalArgumentException notAKey(Path file, @Nullable Exception unreadable) {
        return new IllegalArgumentException(
                "configuration holdfast.audit.signing-key = '" + file
                        + "' is not allowed: it must be a PKCS#8 PEM file (BEGIN PRIVATE KEY) of an Ed25519 key",
                unreadable);
    }

    /** X.509. */
    byte[] publicKey() {
        return publicKey.clone();
    }

    String keyId() {
        return AnchorKey.idOf(publicKey);
    }

    Anchor sign(UUID tenant, long sequence, byte[] hash, long atMicros) {
        return new Anchor(
                tenant,
                sequence,
                hash,
                atMicros,
                keyId(),
                signature(Anchor.message(tenant, sequence, hash, atMicros, keyId())));
    }

    BaseAnchor sign(BaseAnchor base) {
        return base.by(keyId(), signature(base.by(keyId(), null).message()));
    }

    private byte[] signature(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has Ed25519", impossible);
        }
    }
}
