package org.holdfast.it.bench.search;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.embedding.Embedding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.holdfast.it.bench.search.IsolatedTenants.Row;
import org.holdfast.it.bench.search.IsolatedTenants.Tenant;

/** A search that is drawn at random, and what it may answer. */
record Wanted(
        Tenant tenant,
        String text,
        Embedding vector,
        Optional<UUID> agent,
        Optional<String> kind,
        Optional<String> conversation,
        Set<String> tags,
        Mode mode,
        Quality quality,
        int limit) {
    /** The names are the API's. */
    enum Mode {
        hybrid,
        vector,
        text
    }

    /** The names are the API's. */
    enum Quality {
        SPEED(40),
        BALANCED(100),
        QUALITY(200);

        private final int efSearch;

        Quality(int efSearch) {
            this.efSearch = efSearch;
        }

        int efSearch() {
            return efSearch;
        }
    }

    private static final int LIMIT_MAX = 100;
    private static final int HYBRID_CANDIDATES = 100;

    static Wanted draw(IsolatedTenants from, SplittableRandom random) {
        // Half of them ask for the few that are large.
        int among = random.nextBoolean()
                ? IsolatedTenants.LARGE_TENANTS
                : from.tenants().size();
        Tenant tenant = from.tenants().get(random.nextInt(among));
        Tenant other = from.tenants().get(random.nextInt(from.tenants().size()));
        int text = random.nextInt(from.texts().size());
        return new Wanted(
                tenant,
                from.texts().get(text),
                vector(from.vector(text), random),
                // One in twenty names another tenant's agent, and so on: nothing of it may come.
                chance(random, 40).map(yes -> any((random.nextInt(100) < 5 ? other : tenant).agents(), random)),
                chance(random, 20).map(yes -> any(IsolatedTenants.KINDS, random)),
                chance(random, 20)
                        .map(yes -> IsolatedTenants.conversation(random.nextInt(IsolatedTenants.CONVERSATIONS + 1))),
                tags(random.nextInt(100) < 5 ? other : tenant, random),
                any(List.of(Mode.values()), random),
                any(List.of(Quality.values()), random),
                random.nextInt(100) < 30 ? 10 : 1 + random.nextInt(LIMIT_MAX));
    }

    private static Embedding vector(Embedding ofText, SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> ofText;
            case 1 -> Vectors.near(ofText, random);
            default -> Vectors.any(ofText.dimension(), random);
        };
    }

    private static Set<String> tags(Tenant of, SplittableRandom random) {
        Set<String> tags = new TreeSet<>();
        for (int most = 2; most > 0 && random.nextInt(100) < 25; most--) {
            tags.add(
                    switch (random.nextInt(3)) {
                        case 0 -> IsolatedTenants.COMMON_TAG;
                        case 1 -> IsolatedTenants.ownTag(of.id());
                        default -> IsolatedTenants.tag(random.nextInt(IsolatedTenants.TAGS));
                    });
        }
        return tags;
    }

    private static Optional<Boolean> chance(SplittableRandom random, int percent) {
        return random.nextInt(100) < percent ? Optional.of(true) : Optional.empty();
    }

    private static <T> T any(List<T> of, SplittableRandom random) {
        return of.get(random.nextInt(of.size()));
    }

    /** Whether a memory is one that may be answered. */
    boolean matches(Row row) {
        return row.tenant().equals(tenant.id())
                && agent.map(row.agent()::equals).orElse(true)
                && kind.map(row.kind()::equals).orElse(true)
                && conversation.map(row.conversation()::equals).orElse(true)
                && row.tags().containsAll(tags);
    }

    List<Row> matching() {
        return tenant.rows().stream().filter(this::matches).toList();
    }

    /** How many candidates the application asks the database for. */
    int depth() {
        return mode == Mode.hybrid ? Math.max(HYBRID_CANDIDATES, limit) : limit;
    }

    ObjectNode body() {
        ObjectNode body = Api.JSON
                .createObjectNode()
                .put("query", text)
                .put("limit", limit)
                .put("mode", mode.name())
                .put("quality", quality.name());
        agent.ifPresent(id -> body.put("agentId", id.toString()));
        kind.ifPresent(name -> body.put("kind", name));
        conversation.ifPresent(name -> body.put("conversation", name));
        tags.forEach(body.withArray("tags")::add);
        return body;
    }

    /** Without the vector, for people who look for the reason of a finding. */
    String describe() {
        return mode + " " + quality + " limit " + limit + " tenant " + tenant.id() + " agent " + agent + " kind " + kind
                + " conversation " + conversation + " tags " + tags + " query '" + text + "'";
    }
}
