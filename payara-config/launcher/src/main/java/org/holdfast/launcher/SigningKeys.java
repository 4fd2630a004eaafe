package org.holdfast.launcher;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The key pairs of the application, in PEM: one signs and verifies access tokens, one the anchors of the audit trail. */
final class SigningKeys {
    private final Path directory;
    private final ServerUser user;

    SigningKeys(Path directory, ServerUser user) {
        this.directory = directory;
        this.user = user;
    }

    Path privateKey() {
        return directory.resolve("signing.key");
    }

    Path publicKey() {
        return directory.resolve("signing.pub");
    }

    Path auditPrivateKey() {
        return directory.resolve("audit.key");
    }

    /** For whoever verifies the audit trail elsewhere. */
    Path auditPublicKey() {
        return directory.resolve("audit.pub");
    }

    void createIfMissing() {
        create("RSA", privateKey(), publicKey());
        create("Ed25519", auditPrivateKey(), auditPublicKey());
    }

    private void create(String algorithm, Path privateKey, Path publicKey) {
        // The public key is written last: where it stands, the pair is complete.
        if (Files.exists(publicKey)) {
            return;
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            KeyPair pair = generator.generateKeyPair();
            user.makeDirectory(directory, "rwx------");
            user.writePrivate(privateKey, pem("PRIVATE KEY", pair.getPrivate()));
            user.writePrivate(publicKey, pem("PUBLIC KEY", pair.getPublic()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    private static String pem(String kind, Key key) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(key.getEncoded());
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
