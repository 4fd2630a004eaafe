package org.holdfast.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** One question to one Redis server over verified TLS, by its plain text protocol: no client library for a ping. */
final class RedisPing {
    private static final int TIMEOUT_MILLIS = 1000;

    private RedisPing() {}

    static boolean answers(int port, Path authority, String password) {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress("localhost", port), TIMEOUT_MILLIS);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            try (SSLSocket socket =
                    (SSLSocket) trusting(authority).getSocketFactory().createSocket(plain, "localhost", port, true)) {
                socket.getOutputStream()
                        .write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                return "+OK".equals(answers.readLine()) && "+PONG".equals(answers.readLine());
            }
        } catch (IOException notReady) {
            return false;
        }
    }

    private static SSLContext trusting(Path authority) throws IOException {
        try (InputStream certificate = Files.newInputStream(authority)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use " + authority, e);
        }
    }
}
