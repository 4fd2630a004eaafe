package org.holdfast.it.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.holdfast.it.chaos.TokenReads.Read;
import org.holdfast.launcher.NodeName;

/** {@code ./holdfast bench reads}: how many reads with a token replicas serve that are late, and what that costs. */
final class ReadsMain {
    private static final String USAGE = "usage: ./holdfast bench reads [--lag MILLIS] [--seconds S]";
    private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(1);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final long[] AGES_MILLIS = {0, 10, 25, 50, 100, 250, 1000, Long.MAX_VALUE / 1_000_000};

    private ReadsMain() {}

    public static void main(String[] arguments) {
        int exitCode;
        try {
            int lagMillis = option(arguments, "--lag", 50);
            Duration length = Duration.ofSeconds(option(arguments, "--seconds", 60));
            exitCode = LocalChaos.run(LocalChaos.Equipment.plain(), system -> run(system, lagMillis, length));
        } catch (IllegalArgumentException refused) {
            LocalChaos.print("holdfast: " + refused.getMessage());
            exitCode = 2;
        }
        System.exit(exitCode);
    }

    private static int option(String[] arguments, String name, int whenAbsent) {
        int value = whenAbsent;
        for (int i = 0; i < arguments.length; i += 2) {
            boolean isPair = i + 1 < arguments.length && arguments[i + 1].matches("[0-9]{1,5}");
            if (!isPair || !List.of("--lag", "--seconds").contains(arguments[i])) {
                throw new IllegalArgumentException(USAGE);
            }
            if (arguments[i].equals(name)) {
                value = Integer.parseInt(arguments[i + 1]);
            }
        }
        return value;
    }

    private static int run(ChaosSystem system, int lagMillis, Duration length) {
        if (!Deadline.await(HEALTHY_WITHIN, system::isHealthy)) {
            throw new IllegalStateException("the system is not well: " + system.describeHealth());
        }
        Cluster.PRIMARY.replicas().forEach(replica -> delay(system, replica, lagMillis));
        List<Read> unused = new TokenReads(system).run(WARM_UP, 1);
        List<Read> reads = new TokenReads(system).run(length, 2);
        print(reads, lagMillis);
        return reads.stream().anyMatch(Read::isStale) ? 1 : 0;
    }

    // By the commits' own time stamps: each is replayed so long after it happened.
    private static void delay(ChaosSystem system, NodeName replica, int millis) {
        try (Connection connection = system.connect(replica);
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set recovery_min_apply_delay = '" + millis + "ms'");
            statement.execute("select pg_reload_conf()");
        } catch (SQLException failure) {
            throw new IllegalStateException(replica.label() + " cannot be delayed", failure);
        }
    }

    /** A table as docs/benchmarks.md has them. */
    private static void print(List<Read> reads, int lagMillis) {
        List<Read> yardstick = reads.stream()
                .filter(read -> read.isOk() && !read.isByToken() && read.isFromReplica())
                .toList();
        long plain = micros(yardstick, 50);
        LocalChaos.print(String.format(
                Locale.ROOT,
                "%nreplicas %d ms late; a read with eventual consistency takes %.1f / %.1f ms (p50 / p95, %d reads)%n",
                lagMillis,
                plain / 1e3,
                micros(yardstick, 95) / 1e3,
                yardstick.size()));
        LocalChaos.print(
                "| age of the token, ms | reads | from a replica | added p50 / p95 / p99, ms | stale | failed |");
        LocalChaos.print("| --- | ---: | ---: | ---: | ---: | ---: |");
        for (int i = 0; i + 1 < AGES_MILLIS.length; i++) {
            long from = AGES_MILLIS[i];
            long to = AGES_MILLIS[i + 1];
            String label = i + 2 < AGES_MILLIS.length ? from + " to " + to : "over " + from;
            row(
                    label,
                    reads,
                    read -> read.age().toMillis() >= from && read.age().toMillis() < to,
                    plain);
        }
        row("**all**", reads, read -> true, plain);
    }

    private static void row(String label, List<Read> all, Predicate<Read> isOfAge, long plainMicros) {
        List<Read> reads = all.stream().filter(Read::isByToken).filter(isOfAge).toList();
        List<Read> answered = reads.stream().filter(Read::isOk).toList();
        long fromReplicas = answered.stream().filter(Read::isFromReplica).count();
        LocalChaos.print(String.format(
                Locale.ROOT,
                "| %s | %d | %.1f %% | %.1f / %.1f / %.1f | %d | %d |",
                label,
                reads.size(),
                100.0 * fromReplicas / Math.max(1, reads.size()),
                (micros(answered, 50) - plainMicros) / 1e3,
                (micros(answered, 95) - plainMicros) / 1e3,
                (micros(answered, 99) - plainMicros) / 1e3,
                reads.stream().filter(Read::isStale).count(),
                reads.size() - answered.size()));
    }

    private static long micros(List<Read> reads, int percent) {
        long[] sorted = reads.stream()
                .mapToLong(read -> read.took().toNanos() / 1_000)
                .sorted()
                .toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length * percent / 100];
    }
}
