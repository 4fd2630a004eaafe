package org.holdfast.migration;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.holdfast.jdbc.Database;
import org.holdfast.launcher.NodeName;
import org.holdfast.topology.Cluster;

/**
 * Callers who read and update parcels by key, a fixed number of times a second, and somebody who watches how long they wait for
 * locks. What a caller's call takes counts from the moment when it was due: who waits makes others wait.
 */
final class LoadOnParcels implements AutoCloseable {
    /** What the callers saw during some work. */
    @SuppressWarnings("ArrayRecordComponent") // Of this file alone, which does not change it.
    record Phase(long[] sortedNanos, double seconds, double workSeconds, double lockWaitMillis) {
        int calls() {
            return sortedNanos.length;
        }

        double millis(int percent) {
            return sortedNanos[(int) Math.min(sortedNanos.length - 1L, (long) sortedNanos.length * percent / 100)]
                    / 1e6;
        }
    }

    /** Work while the callers call. */
    interface Work {
        void run() throws SQLException, InterruptedException;
    }

    private static final long DUE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final String LONGEST_WAIT =
            "select coalesce(max(extract(epoch from clock_timestamp() - l.waitstart)), 0)"
                    + " * 1000 from pg_locks l join pg_stat_activity a using (pid)"
                    + " where not l.granted and a.usename = 'holdfast_app'";

    private final TwoClusters clusters;
    private final int rows;
    private final int callers;
    private final ExecutorService threads;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Double> waitsMillis = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    LoadOnParcels(TwoClusters clusters, int rows, int callers) {
        this.clusters = clusters;
        this.rows = rows;
        this.callers = callers;
        this.threads = Executors.newFixedThreadPool(callers + 1);
    }

    void start() {
        for (int caller = 0; caller < callers; caller++) {
            Random random = new Random(caller);
            threads.execute(() -> call(random));
        }
        threads.execute(this::watch);
    }

    /** Does the work, and goes on until at least {@code atLeast} has passed. */
    Phase phase(Work work, Duration atLeast) throws SQLException, InterruptedException {
        nanos.clear();
        waitsMillis.clear();
        long begun = System.nanoTime();
        work.run();
        long worked = System.nanoTime();
        long left = atLeast.toNanos() - (worked - begun);
        if (left > 0 && closed.await(left, TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException("closed");
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a caller failed: " + failures);
        }
        List<Long> seen = new ArrayList<>(nanos);
        double waited =
                waitsMillis.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return new Phase(
                LongStream.of(seen.stream().mapToLong(Long::longValue).toArray())
                        .sorted()
                        .toArray(),
                (System.nanoTime() - begun) / 1e9,
                (worked - begun) / 1e9,
                waited);
    }

    private void call(Random random) {
        try (Connection connection = DriverManager.getConnection(
                clusters.topology().jdbcUrl(NodeName.PRIMARY),
                "holdfast_app",
                clusters.topology().secrets().get("APP_PASSWORD"))) {
            long due = System.nanoTime() + (long) (random.nextDouble() * DUE_EVERY_NANOS);
            while (!closed.await(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                long key = 1 + (long) (random.nextDouble() * rows);
                if (random.nextBoolean()) {
                    Database.isTrue(connection, "select recipient is not null from memory.parcel where id = ?", key);
                } else {
                    Database.run(
                            connection,
                            "update memory.parcel set recipient = ? where id = ?",
                            "recipient " + random.nextInt(),
                            key);
                }
                nanos.add(System.nanoTime() - due);
                due += DUE_EVERY_NANOS;
            }
        } catch (SQLException failed) {
            failures.add(String.valueOf(failed.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try (Connection connection = clusters.superuser(Cluster.primary)) {
            while (!closed.await(LOOK_EVERY_NANOS, TimeUnit.NANOSECONDS)) {
                waitsMillis.add(Database.first(connection, row -> row.getDouble(1), LONGEST_WAIT)
                        .orElseThrow());
            }
        } catch (SQLException failed) {
            failures.add(String.valueOf(failed.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
