package org.holdfast.it.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Requests that well-behaved clients refuse to send, written to the socket as they are. */
final class RawHttp {
    private static final int ANSWER_MILLIS_MAX = (int) Duration.ofSeconds(20).toMillis();

    private RawHttp() {}

    /** The whole answer to a request after which the server closes the connection. */
    static String exchange(URI base, byte[] request) {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            write(socket.getOutputStream(), request);
            return read(socket.getInputStream());
        } catch (IOException failure) {
            throw new AssertionError("no answer over a socket of its own", failure);
        }
    }

    // A server that has seen enough may answer and close before it has read all.
    private static void write(OutputStream out, byte[] request) {
        try {
            out.write(request);
            out.flush();
        } catch (IOException closedEarly) {
            System.getLogger(RawHttp.class.getName())
                    .log(System.Logger.Level.DEBUG, "the server closed before it had read all", closedEarly);
        }
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                answer.write(buffer, 0, read);
            }
        } catch (IOException reset) {
            if (answer.size() == 0) {
                throw reset;
            }
        }
        return answer.toString(StandardCharsets.UTF_8);
    }
}
