package org.holdfast.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int MOMENT_MILLIS = 100;

    private final ServerSocket echo = listen();
    private final TcpProxy proxy = TcpProxy.to(echo.getLocalPort());

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new AssertionError("no free port", failure);
        }
    }

    @BeforeEach
    void answer() {
        Thread thread = new Thread(this::echo, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    private void echo() {
        while (!echo.isClosed()) {
            try (Socket socket = echo.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException ended) {
                assertThat(ended).as("one side was closed by the test").isNotNull();
            }
        }
    }

    private Socket call() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static int sendAndReceive(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        return socket.getInputStream().read();
    }

    @Test
    void passesEverythingOn() throws IOException {
        try (Socket socket = call()) {
            assertThat(sendAndReceive(socket, 7)).isEqualTo(7);
        }
    }

    @Test
    void aCutResetsWhatIsOpenAndWhatComes() throws IOException {
        try (Socket socket = call()) {
            sendAndReceive(socket, 7);

            proxy.cut();

            assertThatThrownBy(() -> sendAndReceive(socket, 8)).isInstanceOf(IOException.class);
        }
        try (Socket late = call()) {
            assertThat(isBroken(late)).isTrue();
        }

        proxy.heal();

        try (Socket socket = call()) {
            assertThat(sendAndReceive(socket, 9)).isEqualTo(9);
        }
    }

    private static boolean isBroken(Socket socket) {
        try {
            return sendAndReceive(socket, 8) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void whatABlackholeHeldArrivesAfterIt() throws IOException {
        try (Socket socket = call()) {
            sendAndReceive(socket, 7);
            proxy.blackhole();
            socket.setSoTimeout(MOMENT_MILLIS);
            assertThatThrownBy(() -> sendAndReceive(socket, 8)).isInstanceOf(SocketTimeoutException.class);

            proxy.heal();

            socket.setSoTimeout(PATIENCE_MILLIS);
            assertThat(socket.getInputStream().read()).isEqualTo(8);
        }
    }

    @Test
    void aSlowLinkTakesItsTimeInEitherDirection() throws IOException {
        try (Socket socket = call()) {
            sendAndReceive(socket, 7);
            proxy.slowDown(Duration.ofMillis(40));

            long began = System.nanoTime();
            sendAndReceive(socket, 8);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
        }
    }
}
