package org.holdfast.it.bench.search;

import dev.langchain4j.model.embedding.EmbeddingModel;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;
import org.holdfast.it.RunningSystem;
import org.holdfast.memory.MiniLm;

/** {@code ./holdfast bench search}, on a topology of its own. The exit code is 1 when an answer was wrong. */
final class SearchBench {
    private static final int ASKED = 200;

    private final PrintStream out;
    private final SearchOptions options;

    private SearchBench(PrintStream out, SearchOptions options) {
        this.out = out;
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int exitCode;
        try {
            exitCode = new SearchBench(out, SearchOptions.parse(arguments)).run() ? 0 : 1;
        } catch (IllegalArgumentException refused) {
            out.println("holdfast: " + refused.getMessage());
            exitCode = 2;
        }
        System.exit(exitCode);
    }

    private boolean run() throws Exception {
        Texts texts = Texts.of(options.texts(), options.memories(), options.seed());
        RunningSystem system = RunningSystem.get();
        Databases databases = new Databases(system);
        EmbeddingModel model = MiniLm.load();
        boolean isGood = true;
        if (options.has(SearchOptions.ISOLATION)) {
            begin("isolation: tenants with the same texts are made");
            IsolatedTenants tenants = IsolatedTenants.made(system, databases, model, texts, options.seed());
            begin("isolation: " + options.searches() + " searches, seed " + options.seed());
            isGood = new Isolation(out, databases, tenants).run(options.searches(), options.seed());
        }
        if (options.has(SearchOptions.REQUESTS) || options.has(SearchOptions.RECALL)) {
            begin("loading " + options.memories() + " memories, and the peer's");
            BigTenant tenant = BigTenant.loaded(out, system, databases, texts.turns());
            Peer peer = new Peer(system);
            peer.fill(databases, tenant.stored());
            if (options.has(SearchOptions.REQUESTS)) {
                begin("whole requests");
                peer.deploy();
                isGood &= new WholeRequests(out, system.baseUri(), tenant, texts, options.seed()).run();
            }
            if (options.has(SearchOptions.RECALL)) {
                begin("recall: 200 tenants with the same memories are made");
                ManyTenants others = ManyTenants.made(out, databases, tenant.stored());
                begin("recall: " + ASKED + " questions and as many stored vectors");
                new IndexRecall(
                                out,
                                databases,
                                new Api(system.baseUri(), system.admin()),
                                tenant,
                                others,
                                options.seed())
                        .run(
                                texts.questions(options.questions(), ASKED, new SplittableRandom(options.seed())),
                                model,
                                peer.store());
            }
        }
        return isGood;
    }

    private void begin(String what) {
        out.printf(
                Locale.ROOT,
                "%n%s (load average %.1f)%n",
                what,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
