package org.holdfast.launcher;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The key pair that signs and verifies the application's access tokens, in PEM. */
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

    void createIfMissing() {
        // The public key is written last: where it stands, the pair is complete.
        if (Files.exists(publicKey())) {
            return;
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            user.makeDirectory(directory, "rwx------");
            user.writePrivate(privateKey(), pem("PRIVATE KEY", pair.getPrivate()));
            user.writePrivate(publicKey(), pem("PUBLIC KEY", pair.getPublic()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private static String pem(String kind, Key key) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(key.getEncoded());
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
