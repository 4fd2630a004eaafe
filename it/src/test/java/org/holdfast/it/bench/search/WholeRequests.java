package org.holdfast.it.bench.search;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.holdfast.it.bench.search.SearchLoad.Result;

/** Searches over HTTP with their questions embedded, all of them different, in turns with the peer. */
final class WholeRequests {
    // The server's compiler is busy for most of it.
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration LENGTH = Duration.ofSeconds(8);
    private static final int ROUNDS = 2;
    private static final int LIMIT = 10;

    private enum Side {
        HOLDFAST("Holdfast"),
        PEER("LangChain4j's store, Holdfast's session of the model"),
        PEER_AS_DELIVERED("LangChain4j's store and model as delivered");

        private final String label;

        Side(String label) {
            this.label = label;
        }
    }

    private final PrintStream out;
    private final URI base;
    private final BigTenant tenant;
    private final Texts texts;
    private long seed;

    WholeRequests(PrintStream out, URI base, BigTenant tenant, Texts texts, long seed) {
        this.out = out;
        this.base = base;
        this.tenant = tenant;
        this.texts = texts;
        this.seed = seed;
    }

    /** Whether every request was answered. */
    boolean run() throws IOException, InterruptedException, ExecutionException {
        for (String mode : List.of("vector", "hybrid")) {
            for (Side side : Side.values()) {
                out.println("  warms up: " + mode + ", " + side.label);
                Result unused = once(side, mode, true, WARM_UP);
            }
        }
        long failed = 0;
        out.println();
        out.println(
                "| scope | mode | | requests/s | p50 ms | p95 ms | failed | Holdfast is so many times as fast | load |");
        out.println("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (boolean isOneAgent : new boolean[] {true, false}) {
            for (String mode : List.of("vector", "hybrid")) {
                Map<Side, Result> results = inTurns(mode, isOneAgent);
                results.forEach((side, result) -> print(mode, isOneAgent, side, result, results));
                failed += results.values().stream().mapToLong(Result::failed).sum();
            }
        }
        return failed == 0;
    }

    // So that whatever else the machine does hits all of them alike.
    private Map<Side, Result> inTurns(String mode, boolean isOneAgent)
            throws IOException, InterruptedException, ExecutionException {
        Map<Side, Result> results = new EnumMap<>(Side.class);
        for (int round = 0; round < ROUNDS; round++) {
            for (Side side : Side.values()) {
                results.merge(side, once(side, mode, isOneAgent, LENGTH), Result::and);
            }
        }
        return results;
    }

    private Result once(Side side, String mode, boolean isOneAgent, Duration length)
            throws IOException, InterruptedException, ExecutionException {
        String path = side == Side.HOLDFAST ? "/api/memories/search" : Peer.PATH;
        return SearchLoad.run(
                base, tenant.api().logIn(), path, random -> body(side, mode, isOneAgent, random), length, seed++);
    }

    private String body(Side side, String mode, boolean isOneAgent, SplittableRandom random) {
        ObjectNode body = Api.JSON
                .createObjectNode()
                .put("query", texts.question(random))
                .put("mode", mode)
                .put("limit", LIMIT);
        if (isOneAgent) {
            body.put(
                    "agentId",
                    tenant.agents().get(random.nextInt(tenant.agents().size())).toString());
        }
        if (side != Side.HOLDFAST) {
            body.put("delivered", side == Side.PEER_AS_DELIVERED);
        }
        return body.toString();
    }

    private void print(String mode, boolean isOneAgent, Side side, Result result, Map<Side, Result> all) {
        Result ours = all.getOrDefault(Side.HOLDFAST, Result.none());
        out.println(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.1f | %.1f | %.1f | %d | %s | %.1f |",
                isOneAgent ? "one agent of ten" : "all",
                mode,
                side.label,
                result.perSecond(),
                result.millis(50),
                result.millis(95),
                result.failed(),
                side == Side.HOLDFAST ? "" : String.format(Locale.ROOT, "%.2f", ours.perSecond() / result.perSecond()),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    }
}
