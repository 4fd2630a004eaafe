package org.holdfast.cache.redis;

import java.net.InetSocketAddress;
import org.redisson.connection.ConnectionListener;

/** Tells of each connection to Redis that ended: messages may have been missed. Thread-safe as what it calls. */
public final class LostConnections implements ConnectionListener {
    private final Runnable lost;

    /** @param lost called on a thread of Redisson's */
    public LostConnections(Runnable lost) {
        this.lost = lost;
    }

    @Override
    @SuppressWarnings("deprecation") // The interface still asks for both.
    public void onConnect(InetSocketAddress address) {
        // Nothing is believed because of it: a probe decides.
    }

    @Override
    @SuppressWarnings("deprecation")
    public void onDisconnect(InetSocketAddress address) {
        lost.run();
    }
}
