package org.holdfast.it.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * One link between a caller and a port of this machine that can be hurt: cut (connections are reset, new ones too),
 * blackholed (nothing arrives, nothing fails; what was sent arrives when the link heals, as late messages of a real network
 * do) or slow. Passes everything on until told otherwise. Thread-safe.
 */
final class TcpProxy implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TcpProxy.class.getName());
    private static final int CONNECT_MILLIS = 2_000;
    private static final int CHUNK = 64 * 1024;

    private enum Mode {
        OPEN,
        CUT,
        BLACKHOLE
    }

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();
    private volatile Mode mode = Mode.OPEN;
    private volatile Duration delay = Duration.ZERO;

    private TcpProxy(ServerSocket listener, InetSocketAddress target) {
        this.listener = listener;
        this.target = target;
    }

    /** Opens a link to a port of this machine. */
    static TcpProxy to(int port) {
        try {
            InetAddress here = InetAddress.getLoopbackAddress();
            TcpProxy proxy = new TcpProxy(new ServerSocket(0, 128, here), new InetSocketAddress(here, port));
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException("no proxy to port " + port, failure);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    void cut() {
        become(Mode.CUT);
        sockets.forEach(this::reset);
    }

    void blackhole() {
        become(Mode.BLACKHOLE);
    }

    /** Everything takes this much longer in either direction. */
    void slowDown(Duration by) {
        delay = by;
    }

    /** Ends a cut or a blackhole; a slow link stays slow. */
    void open() {
        become(Mode.OPEN);
    }

    /** Ends everything. */
    void heal() {
        delay = Duration.ZERO;
        open();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failure) {
            throw new UncheckedIOException("port " + port() + " cannot be closed", failure);
        }
        cut();
        threads.shutdownNow();
    }

    private void become(Mode next) {
        synchronized (changed) {
            mode = next;
            changed.notifyAll();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                threads.execute(() -> connect(caller));
            } catch (IOException | RejectedExecutionException closed) {
                // Closing is what ends the wait; anything else shows as connections that fail.
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private void connect(Socket caller) {
        sockets.add(caller);
        Socket callee = new Socket();
        sockets.add(callee);
        try {
            awaitPassage();
            callee.connect(target, CONNECT_MILLIS);
            caller.setTcpNoDelay(true);
            callee.setTcpNoDelay(true);
            threads.execute(() -> pump(callee, caller));
            pump(caller, callee);
        } catch (IOException | InterruptedException broken) {
            end(caller, callee);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                pause();
                awaitPassage();
                out.write(chunk, 0, length);
            }
            // The end of the stream is a message too: it does not overtake what is held back.
            awaitPassage();
        } catch (IOException | InterruptedException broken) {
            // Either side has gone, or the link was cut: both ends learn it below.
        } finally {
            end(from, to);
        }
    }

    private void pause() {
        long endNanos = System.nanoTime() + delay.toNanos();
        for (long left = delay.toNanos(); left > 0; left = endNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void awaitPassage() throws IOException, InterruptedException {
        synchronized (changed) {
            while (mode == Mode.BLACKHOLE) {
                changed.wait();
            }
        }
        if (mode == Mode.CUT) {
            throw new IOException("the link is cut");
        }
    }

    private void end(Socket one, Socket other) {
        // A pump may see the other side of a cut before the cut comes to this one.
        if (mode == Mode.CUT) {
            reset(one);
            reset(other);
        }
        close(one);
        close(other);
        sockets.remove(one);
        sockets.remove(other);
    }

    private void reset(Socket socket) {
        try {
            // No farewell: closing then sends a reset, which nobody can take for the end of a stream.
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.TRACE, "was closed already", gone);
        }
        close(socket);
    }

    private void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.TRACE, "was closed already", gone);
        }
    }
}
