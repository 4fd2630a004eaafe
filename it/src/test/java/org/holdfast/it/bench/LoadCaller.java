package org.holdfast.it.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection that stays open for as long as the server lets it, and as little work for a request as can be: on a machine that the server shares, whatever the
 * caller takes is missing there. Not thread-safe.
 */
public final class LoadCaller implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int LINE_MAX = 8_192;

    private final URI base;
    private final String headers;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private boolean isClosing;

    public LoadCaller(URI base, String token) throws IOException {
        this.base = base;
        socket = connected(base);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        out = socket.getOutputStream();
        headers = "Host: " + base.getHost() + ":" + base.getPort() + "\r\nAuthorization: Bearer " + token + "\r\n";
    }

    private static Socket connected(URI base) throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private void reconnect() throws IOException {
        socket.close();
        socket = connected(base);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        out = socket.getOutputStream();
        isClosing = false;
    }

    /** Answers the status; the body is read and forgotten. */
    int get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\n" + headers + "\r\n");
    }

    /** As above, with a body of JSON in ASCII. */
    int patch(String path, String body) throws IOException {
        return send("PATCH", path, body);
    }

    /** As above. */
    public int post(String path, String body) throws IOException {
        return send("POST", path, body);
    }

    private int send(String method, String path, String body) throws IOException {
        return send(method + " " + path + " HTTP/1.1\r\n" + headers
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private int send(String request) throws IOException {
        // The server ends a connection after some hundred requests, and says so with the last answer.
        if (isClosing) {
            reconnect();
        }
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String status = line();
        int length = 0;
        boolean isChunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).trim());
            }
            isClosing |= lower.startsWith("connection:") && lower.contains("close");
            isChunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        if (isChunked) {
            for (int chunk = chunk(); chunk > 0; chunk = chunk()) {
                in.skipNBytes(chunk + 2L);
            }
            String unused = line();
        } else {
            in.skipNBytes(length);
        }
        return Integer.parseInt(status.substring(9, 12));
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().split(";", -1)[0].trim(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int each = in.read(); each != '\n'; each = in.read()) {
            if (each < 0 || line.length() > LINE_MAX) {
                throw new IOException("the connection ended within '" + line + "'");
            }
            if (each != '\r') {
                line.append((char) each);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
