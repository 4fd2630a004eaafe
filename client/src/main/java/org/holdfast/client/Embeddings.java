package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.RelevanceScore;
import dev.langchain4j.store.embedding.filter.Filter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The memories of one kind of an agent, with the application's own vectors. */
final class Embeddings {
    /** As many as the API finds at once. */
    static final int RESULTS_MAX = 1_000;
    /** The text of what has none: without letters, so that no search by words finds it. */
    static final String NO_TEXT = "…";

    private static final int LINES_MAX = 1_000;
    private static final int IDS_MAX = 1_000;
    // The server takes 64 MiB, and a character has up to three bytes.
    private static final int REQUEST_CHARS = 8_000_000;
    private static final int REJECTED_TOLD_MAX = 3;

    private final Rest rest;
    private final AgentScope agent;
    private final String kind;

    Embeddings(Rest rest, AgentScope agent, String kind) {
        this.rest = rest;
        this.agent = agent;
        this.kind = kind;
    }

    void add(String id, Embedding embedding, @Nullable TextSegment segment) {
        rest.send(Message.write("/api/memories", memory(id, embedding, segment)));
    }

    /** Adds many, in requests of at most {@value #LINES_MAX}; when it fails, what came before is stored. */
    void add(List<String> ids, List<Embedding> embeddings, @Nullable List<TextSegment> segments) {
        // Before the first of them is sent.
        List<String> keys = ids.stream().map(Ids::checked).toList();
        StringBuilder lines = new StringBuilder();
        int first = 0;
        for (int i = 0; i < keys.size(); i++) {
            lines.append(memory(keys.get(i), embeddings.get(i), segments == null ? null : segments.get(i)))
                    .append('\n');
            int count = i + 1 - first;
            if (count == LINES_MAX || lines.length() > REQUEST_CHARS || i + 1 == keys.size()) {
                check(rest.send(Message.writeLines("/api/memories/batch", lines.toString())), first);
                lines.setLength(0);
                first = i + 1;
            }
        }
    }

    private static void check(JsonNode report, int first) {
        JsonNode rejected = report.path("rejected");
        if (rejected.isEmpty()) {
            return;
        }
        StringBuilder why = new StringBuilder();
        boolean isConflict = true;
        for (JsonNode line : rejected) {
            isConflict &= line.path("code").asText().equals("duplicate");
        }
        for (int i = 0; i < Math.min(rejected.size(), REJECTED_TOLD_MAX); i++) {
            JsonNode line = rejected.get(i);
            why.append("; number ")
                    .append(first + line.path("line").asInt() - 1)
                    .append(": ");
            why.append(line.path("reason").asText());
        }
        throw HoldfastException.answered(
                isConflict ? 409 : 400,
                isConflict ? "conflict" : "validation",
                rejected.size() + " embeddings were not stored, the others of "
                        + (rejected.size() + report.path("created").asInt()) + " were" + why,
                false,
                Duration.ZERO);
    }

    private ObjectNode memory(String id, Embedding embedding, @Nullable TextSegment segment) {
        ObjectNode memory = agent.body().put("id", Ids.checked(id)).put("kind", kind);
        memory.put("text", segment == null ? NO_TEXT : segment.text());
        ObjectNode metadata = segment == null ? Http.JSON.createObjectNode() : MetadataJson.write(segment.metadata());
        if (segment == null) {
            metadata.putObject(MetadataJson.OWN).put("text", false);
        }
        memory.set("metadata", metadata);
        memory.set("embedding", numbers(embedding));
        return memory;
    }

    private static ArrayNode numbers(Embedding embedding) {
        ArrayNode numbers = Http.JSON.createArrayNode();
        for (float number : embedding.vector()) {
            if (!Float.isFinite(number)) {
                throw new IllegalArgumentException("an embedding has the number " + number);
            }
            numbers.add(number);
        }
        return numbers;
    }

    List<EmbeddingMatch<TextSegment>> search(EmbeddingSearchRequest request) {
        if (request.maxResults() > RESULTS_MAX) {
            throw new IllegalArgumentException(
                    "maxResults is " + request.maxResults() + "; it must be at most " + RESULTS_MAX);
        }
        ObjectNode question = agent.body().put("kind", kind).put("limit", request.maxResults());
        question.set("embedding", numbers(request.queryEmbedding()));
        if (request.filter() != null) {
            question.set("filter", FilterJson.write(request.filter()));
        }
        List<EmbeddingMatch<TextSegment>> matches = new ArrayList<>();
        for (JsonNode item :
                rest.send(Message.ask("/api/memories/nearest", question)).path("items")) {
            // Rounding may put a cosine a little beyond 1.
            double similarity = Math.max(-1, Math.min(1, item.path("score").asDouble()));
            double score = RelevanceScore.fromCosineSimilarity(similarity);
            if (score >= request.minScore()) {
                matches.add(match(score, item));
            }
        }
        return matches;
    }

    private static EmbeddingMatch<TextSegment> match(double score, JsonNode item) {
        JsonNode memory = item.path("memory");
        JsonNode metadata = memory.path("metadata");
        boolean hasText = metadata.path(MetadataJson.OWN).path("text").asBoolean(true);
        TextSegment segment =
                hasText ? TextSegment.from(memory.path("text").asText(), MetadataJson.read(metadata)) : null;
        return new EmbeddingMatch<>(
                score, memory.path("id").asText(), Embedding.from(vector(item.path("embedding"))), segment);
    }

    private static float[] vector(JsonNode numbers) {
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = numbers.get(i).floatValue();
        }
        return vector;
    }

    void remove(Collection<String> ids) {
        List<String> all = ids.stream().map(Ids::checked).toList();
        for (int from = 0; from < all.size(); from += IDS_MAX) {
            ObjectNode wanted = agent.body().put("kind", kind);
            ArrayNode some = wanted.putArray("ids");
            all.subList(from, Math.min(all.size(), from + IDS_MAX)).forEach(some::add);
            rest.send(Message.write("/api/memories/forget", wanted));
        }
    }

    void remove(Filter filter) {
        ObjectNode wanted = agent.body().put("kind", kind);
        wanted.set("filter", FilterJson.write(filter));
        removeAll(rest, wanted);
    }

    void removeAll() {
        removeAll(rest, agent.body().put("kind", kind));
    }

    /** Removes in several requests what matches; each removes some, so that it ends. */
    static void removeAll(Rest rest, ObjectNode wanted) {
        JsonNode answer;
        do {
            answer = rest.send(Message.write("/api/memories/forget", wanted));
        } while (answer.path("more").asBoolean() && answer.path("deleted").asInt() > 0);
    }
}
