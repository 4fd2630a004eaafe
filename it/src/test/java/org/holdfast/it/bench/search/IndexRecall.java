package org.holdfast.it.bench.search;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest.EmbeddingSearchRequestBuilder;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.holdfast.it.bench.search.Wanted.Quality;
import org.holdfast.it.bench.search.peer.PeerStore;
import org.holdfast.launcher.NodeName;

/**
 * How many of the ten nearest memories are answered, by how the indexes are made, within everything, within one of many tenants and
 * within one agent of ten; and the time of the statement. Searches are the schema's function as the application's role; what is right
 * is found by comparing every row. Rows that are equally near are equally good.
 */
final class IndexRecall {
    private static final int NEAREST = 10;
    private static final double AS_NEAR = 1e-6;
    private static final Duration INDEXED_WITHIN = Duration.ofMinutes(30);
    private static final Set<String> JOB_ENDED = Set.of("COMPLETED", "FAILED", "STOPPED", "ABANDONED");
    private static final String CANDIDATES = "select c.distance from memory.search_candidates"
            + "(null, ?::real[]::vector, ?, null, null, null, " + NEAREST + ", ?, false) c order by 1";
    // No index is on the vectors themselves.
    private static final String EXACT = "select m.embedding <=> ?::real[]::vector from memory.memory m"
            + " where m.tenant_id = ? and m.agent_id = coalesce(?, m.agent_id) order by 1 limit " + NEAREST;

    /** A question, of whom it is asked, and how far the nearest ten are. */
    private record Asked(Embedding vector, UUID tenant, Optional<UUID> agent, List<Double> nearest) {}

    /** Questions of one kind within one scope. */
    private record Sample(String scope, String kind, List<Asked> asked) {}

    private final PrintStream out;
    private final Databases databases;
    private final Api admin;
    private final BigTenant tenant;
    private final ManyTenants others;
    private final SplittableRandom random;
    private final List<Sample> samples = new ArrayList<>();

    IndexRecall(PrintStream out, Databases databases, Api admin, BigTenant tenant, ManyTenants others, long seed) {
        this.out = out;
        this.databases = databases;
        this.admin = admin;
        this.tenant = tenant;
        this.others = others;
        this.random = new SplittableRandom(seed);
    }

    void run(List<String> questions, EmbeddingModel model, PgVectorEmbeddingStore peer)
            throws SQLException, IOException, InterruptedException {
        List<Embedding> vectors = new ArrayList<>();
        questions.forEach(question -> vectors.add(model.embed(question).content()));
        draw(vectors);
        out.println();
        out.println("| index | scope | questions | searches | recall@10 | fewer than ten | p50 ms | p95 ms |");
        out.println("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |");
        measure("as the schema makes it, BALANCED", Quality.BALANCED);
        for (Quality profile : Quality.values()) {
            index(profile);
            measure(profile.name(), profile);
        }
        measure(peer);
    }

    private void draw(List<Embedding> questions) throws SQLException {
        int count = questions.size();
        List<Asked> all = new ArrayList<>();
        List<Asked> allStored = new ArrayList<>();
        List<Asked> ofMany = new ArrayList<>();
        List<Asked> ofManyStored = new ArrayList<>();
        List<Asked> ofAgent = new ArrayList<>();
        List<Asked> ofAgentStored = new ArrayList<>();
        try (Connection connection = databases.superuser(NodeName.PRIMARY);
                PreparedStatement exact = connection.prepareStatement(EXACT)) {
            for (int i = 0; i < count; i++) {
                Embedding stored = tenant.stored()
                        .get(random.nextInt(tenant.stored().size()))
                        .vector();
                Optional<UUID> agent =
                        Optional.of(tenant.agents().get(i % tenant.agents().size()));
                int other = random.nextInt(others.count());
                all.add(asked(exact, questions.get(i), tenant.id(), Optional.empty()));
                allStored.add(asked(exact, stored, tenant.id(), Optional.empty()));
                ofMany.add(asked(exact, questions.get(i), others.id(other), Optional.empty()));
                ofManyStored.add(asked(
                        exact, others.vector(other, random.nextInt(1 << 20)), others.id(other), Optional.empty()));
                ofAgent.add(asked(exact, questions.get(i), tenant.id(), agent));
                ofAgentStored.add(asked(exact, stored, tenant.id(), agent));
            }
        }
        samples.add(new Sample("all", "questions", all));
        samples.add(new Sample("all", "stored vectors", allStored));
        samples.add(new Sample("one tenant of 200", "questions", ofMany));
        samples.add(new Sample("one tenant of 200", "stored vectors", ofManyStored));
        samples.add(new Sample("one agent of ten", "questions", ofAgent));
        samples.add(new Sample("one agent of ten", "stored vectors", ofAgentStored));
    }

    private static Asked asked(PreparedStatement exact, Embedding vector, UUID tenant, Optional<UUID> agent)
            throws SQLException {
        exact.setObject(1, vector.vector());
        exact.setObject(2, tenant);
        exact.setObject(3, agent.orElse(null));
        return new Asked(vector, tenant, agent, distances(exact));
    }

    private static List<Double> distances(PreparedStatement select) throws SQLException {
        List<Double> distances = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                distances.add(row.getDouble(1));
            }
        }
        return distances;
    }

    private void index(Quality profile) throws IOException, InterruptedException {
        String job = admin.post(
                        "/api/admin/indexes", Api.JSON.createObjectNode().put("profile", profile.name()))
                .path("id")
                .asText();
        JsonNode ended = await().atMost(INDEXED_WITHIN)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> admin.get("/api/admin/jobs/" + job),
                        now -> JOB_ENDED.contains(now.path("status").asText()));
        if (!ended.path("status").asText().equals("COMPLETED")) {
            throw new IOException("the indexes were not made: " + ended);
        }
    }

    private void measure(String index, Quality quality) throws SQLException {
        try (Connection connection = databases.application();
                PreparedStatement select = connection.prepareStatement(CANDIDATES)) {
            for (Sample sample : samples) {
                // The first time for the caches of the connection and of the server.
                List<List<Double>> unused = answers(connection, select, sample, quality, new ArrayList<>());
                List<Long> nanos = new ArrayList<>();
                List<List<Double>> answers = answers(connection, select, sample, quality, nanos);
                print(index, sample, answers, nanos);
            }
        }
    }

    private static List<List<Double>> answers(
            Connection connection, PreparedStatement select, Sample sample, Quality quality, List<Long> nanos)
            throws SQLException {
        List<List<Double>> answers = new ArrayList<>();
        for (Asked asked : sample.asked()) {
            Databases.tellTenant(connection, asked.tenant());
            select.setObject(1, asked.vector().vector());
            select.setObject(2, asked.agent().orElse(null));
            select.setInt(3, quality.efSearch());
            long begun = System.nanoTime();
            answers.add(distances(select));
            nanos.add(System.nanoTime() - begun);
            connection.commit();
        }
        return answers;
    }

    // It has the big tenant's memories alone.
    private void measure(PgVectorEmbeddingStore peer) {
        for (Sample sample : samples) {
            if (!sample.asked().get(0).tenant().equals(tenant.id())) {
                continue;
            }
            List<List<Double>> answers = new ArrayList<>();
            for (Asked asked : sample.asked()) {
                EmbeddingSearchRequestBuilder request = EmbeddingSearchRequest.builder()
                        .queryEmbedding(asked.vector())
                        .maxResults(NEAREST);
                asked.agent().ifPresent(agent -> request.filter(PeerStore.byAgent(agent.toString())));
                answers.add(peer.search(request.build()).matches().stream()
                        .map(match -> 2 - 2 * match.score())
                        .toList());
            }
            print("LangChain4j's store, IVFFlat", sample, answers, List.of());
        }
    }

    private void print(String index, Sample sample, List<List<Double>> answers, List<Long> nanos) {
        double recall = 0;
        long fewer = 0;
        for (int i = 0; i < answers.size(); i++) {
            List<Double> nearest = sample.asked().get(i).nearest();
            recall += share(nearest, answers.get(i));
            fewer += answers.get(i).size() < nearest.size() ? 1 : 0;
        }
        out.println(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %d | %.1f %% | %d | %s |",
                index,
                sample.scope(),
                sample.kind(),
                answers.size(),
                100 * recall / answers.size(),
                fewer,
                nanos.isEmpty()
                        ? " | "
                        : String.format(
                                Locale.ROOT,
                                "%.1f | %.1f",
                                SearchLoad.millis(nanos, 50),
                                SearchLoad.millis(nanos, 95))));
    }

    private static double share(List<Double> nearest, List<Double> answered) {
        double farthest = nearest.get(nearest.size() - 1) + AS_NEAR;
        long good = answered.stream().filter(distance -> distance <= farthest).count();
        return Math.min(1.0, (double) good / nearest.size());
    }
}
