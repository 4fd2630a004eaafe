package org.holdfast.it.bench.search;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Searches of many tenants at once, each answer compared with what was put into the database. Most ask the function of the schema
 * itself, as the application's role and without the join that would hide a foreign row; some the application.
 */
final class Isolation {
    private static final int THREADS = 4;
    private static final int OVER_HTTP_MAX = 2_000;
    private static final Duration TOLD_EVERY = Duration.ofSeconds(15);
    private static final String CANDIDATES =
            "select c.id from memory.search_candidates(?, ?::real[]::vector, ?, ?, ?, ?::text[], ?, ?, false) c";

    private interface Share {
        void search(int count, SplittableRandom random) throws Exception;
    }

    private final PrintStream out;
    private final Databases databases;
    private final IsolatedTenants tenants;

    Isolation(PrintStream out, Databases databases, IsolatedTenants tenants) {
        this.out = out;
        this.databases = databases;
        this.tenants = tenants;
    }

    /** Whether no answer was wrong. */
    boolean run(int searches, long seed) throws InterruptedException, ExecutionException {
        int overHttp = Math.min(OVER_HTTP_MAX, searches / 10);
        Verdicts direct = new Verdicts(tenants.rows());
        Verdicts http = new Verdicts(tenants.rows());
        SplittableRandom random = new SplittableRandom(seed);
        inParallel(searches - overHttp, random.split(), direct, (count, own) -> inDatabase(count, own, direct));
        inParallel(overHttp, random.split(), http, (count, own) -> overHttp(count, own, http));
        out.println();
        out.println(Verdicts.header());
        out.println(direct.row("in the database"));
        out.println(http.row("over HTTP"));
        direct.told().forEach(out::println);
        http.told().forEach(out::println);
        return direct.isGood() && http.isGood();
    }

    private void inParallel(int searches, SplittableRandom random, Verdicts verdicts, Share share)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try {
            List<Callable<Boolean>> shares = new ArrayList<>();
            for (int each = 0; each < THREADS; each++) {
                int count = searches / THREADS + (each < searches % THREADS ? 1 : 0);
                SplittableRandom own = random.split();
                shares.add(() -> {
                    share.search(count, own);
                    return true;
                });
            }
            Future<?> telling = threads.submit(() -> tell(verdicts, searches));
            for (Future<Boolean> ended : threads.invokeAll(shares)) {
                ended.get();
            }
            telling.cancel(true);
        } finally {
            threads.shutdownNow();
        }
    }

    private void tell(Verdicts verdicts, int searches) {
        Progress progress = new Progress(out, "searches", searches, TOLD_EVERY);
        progress.follow(verdicts::searches);
    }

    private void inDatabase(int count, SplittableRandom random, Verdicts verdicts) throws SQLException {
        // One connection for all of them, as from a pool: nothing may stay behind from one to the next.
        try (Connection connection = databases.application();
                PreparedStatement select = connection.prepareStatement(CANDIDATES)) {
            for (int each = 0; each < count; each++) {
                Wanted wanted = Wanted.draw(tenants, random);
                Databases.tellTenant(connection, wanted.tenant().id());
                List<UUID> ids = candidates(connection, select, wanted);
                connection.commit();
                verdicts.judge(wanted, ids, wanted.depth(), true);
            }
        }
    }

    private static List<UUID> candidates(Connection connection, PreparedStatement select, Wanted wanted)
            throws SQLException {
        select.setString(1, wanted.mode() == Wanted.Mode.vector ? null : wanted.text());
        select.setObject(
                2, wanted.mode() == Wanted.Mode.text ? null : wanted.vector().vector());
        select.setObject(3, wanted.agent().orElse(null));
        select.setString(4, wanted.conversation().orElse(null));
        select.setString(5, wanted.kind().orElse(null));
        select.setArray(6, connection.createArrayOf("text", wanted.tags().toArray()));
        select.setInt(7, wanted.depth());
        select.setInt(8, wanted.quality().efSearch());
        List<UUID> ids = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                ids.add(row.getObject(1, UUID.class));
            }
        }
        return ids;
    }

    private void overHttp(int count, SplittableRandom random, Verdicts verdicts)
            throws IOException, InterruptedException {
        for (int each = 0; each < count; each++) {
            Wanted wanted = Wanted.draw(tenants, random);
            JsonNode answer = wanted.tenant().api().post("/api/memories/search", wanted.body());
            List<UUID> ids = new ArrayList<>();
            answer.path("items")
                    .forEach(item -> ids.add(UUID.fromString(item.path("id").asText())));
            verdicts.judge(wanted, ids, wanted.limit(), false);
        }
    }
}
