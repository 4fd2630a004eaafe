package org.holdfast.cache;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Polls the outbox for one instance, as its application would, until it is closed; can be kept from the database. */
final class Poller implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Poller.class.getName());
    private static final long INTERVAL_MILLIS = 50;

    private final Servers servers;
    private final Instance instance;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread created = new Thread(work, "poller");
        created.setDaemon(true);
        return created;
    });

    private @Nullable ScheduledFuture<?> polling;

    Poller(Servers servers, Instance instance) {
        this.servers = servers;
        this.instance = instance;
        start();
    }

    void start() {
        polling = thread.scheduleWithFixedDelay(this::quietly, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns when no poll is under way any more. */
    void stop() throws Exception {
        ScheduledFuture<?> known = polling;
        if (known != null) {
            known.cancel(false);
        }
        thread.submit(() -> {}).get(5, TimeUnit.SECONDS);
    }

    private void quietly() {
        try {
            once();
        } catch (IllegalStateException failure) {
            LOG.log(System.Logger.Level.WARNING, "a poll failed", failure);
        }
    }

    boolean once() {
        try (Connection connection = servers.connection()) {
            return instance.cache().pollOutbox(connection, TestContext.epoch);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
