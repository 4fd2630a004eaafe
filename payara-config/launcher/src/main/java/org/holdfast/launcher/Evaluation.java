package org.holdfast.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Asks the search each question of a file within its conversation, and counts the spans of turns that were found: a span
 * is found when one of its turns is among the first k answers. Recall is the found share of all spans.
 */
final class Evaluation {
    private static final List<String> MODES = List.of("hybrid", "vector", "text");
    private static final List<Integer> DEPTHS = List.of(5, 10, 20);
    private static final int DEPTH_MAX = 20;
    private static final int ASKED_OF_ALL = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ApiClient api;
    private final Console console;

    Evaluation(ApiClient api, Console console) {
        this.api = api;
        this.console = console;
    }

    private record Span(int first, int last) {
        boolean isAmong(List<Integer> turns) {
            return turns.stream().anyMatch(turn -> first <= turn && turn <= last);
        }
    }

    private record Question(String conversation, String text, List<Span> evidence) {}

    void run(Path file) {
        List<Question> questions = read(file);
        api.logIn();
        console.print(String.format(
                Locale.ROOT,
                "%-8s %8s %9s %9s %8s %8s %11s %11s",
                "MODE",
                "RECALL@5",
                "RECALL@10",
                "RECALL@20",
                "P50 MS",
                "P95 MS",
                "ALL P50 MS",
                "ALL P95 MS"));
        for (String mode : MODES) {
            console.print(measure(mode, questions));
        }
        console.print(questions.size() + " questions, "
                + questions.stream()
                        .mapToInt(question -> question.evidence().size())
                        .sum() + " spans; ALL: " + sample(questions).size()
                + " of them asked of everything that is loaded");
    }

    private String measure(String mode, List<Question> questions) {
        int[] found = new int[DEPTHS.size()];
        int spans = 0;
        List<Double> millis = new ArrayList<>();
        for (Question question : questions) {
            long start = System.nanoTime();
            List<Integer> turns = turns(search(mode, question).put("conversation", question.conversation()));
            millis.add((System.nanoTime() - start) / 1e6);
            for (Span span : question.evidence()) {
                spans++;
                for (int i = 0; i < found.length; i++) {
                    List<Integer> first = turns.subList(0, Math.min(DEPTHS.get(i), turns.size()));
                    found[i] += span.isAmong(first) ? 1 : 0;
                }
            }
        }
        List<Double> millisOfAll = new ArrayList<>();
        for (Question question : sample(questions)) {
            long start = System.nanoTime();
            turns(search(mode, question));
            millisOfAll.add((System.nanoTime() - start) / 1e6);
        }
        Collections.sort(millis);
        Collections.sort(millisOfAll);
        double all = Math.max(1, spans);
        return String.format(
                Locale.ROOT,
                "%-8s %8.3f %9.3f %9.3f %8.1f %8.1f %11.1f %11.1f",
                mode,
                found[0] / all,
                found[1] / all,
                found[2] / all,
                percentile(millis, 0.50),
                percentile(millis, 0.95),
                percentile(millisOfAll, 0.50),
                percentile(millisOfAll, 0.95));
    }

    private static List<Question> sample(List<Question> questions) {
        int step = Math.max(1, questions.size() / ASKED_OF_ALL);
        return IntStream.range(0, Math.min(ASKED_OF_ALL, questions.size()))
                .mapToObj(i -> questions.get(i * step))
                .toList();
    }

    private static ObjectNode search(String mode, Question question) {
        return JSON.createObjectNode()
                .put("query", question.text())
                .put("limit", DEPTH_MAX)
                .put("mode", mode);
    }

    private List<Integer> turns(ObjectNode request) {
        JsonNode answer = api.post(
                "/api/memories/search", "application/json", request.toString().getBytes(StandardCharsets.UTF_8));
        List<Integer> turns = new ArrayList<>();
        for (JsonNode item : answer.path("items")) {
            turns.add(item.path("turn").asInt(-1));
        }
        return turns;
    }

    private static double percentile(List<Double> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }

    private static List<Question> read(Path file) {
        List<Question> questions = new ArrayList<>();
        try (TurnFile lines = TurnFile.open(file)) {
            for (Optional<TurnFile.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().isBlank()) {
                    questions.add(question(line.get(), file));
                }
            }
        } catch (IOException e) {
            throw new LauncherException(2, "cannot read " + file + ": " + e.getMessage());
        }
        if (questions.isEmpty()) {
            throw new LauncherException(2, file + " holds no questions");
        }
        return questions;
    }

    private static Question question(TurnFile.Line line, Path file) {
        try {
            JsonNode json = JSON.readTree(new String(line.bytes(), StandardCharsets.UTF_8));
            List<Span> evidence = new ArrayList<>();
            for (JsonNode span : json.path("evidence")) {
                evidence.add(new Span(span.path(0).asInt(), span.path(1).asInt()));
            }
            if (json.path("conversation").isTextual() && json.path("question").isTextual() && !evidence.isEmpty()) {
                return new Question(
                        json.path("conversation").textValue(),
                        json.path("question").textValue(),
                        evidence);
            }
        } catch (JsonProcessingException notJson) {
            // Same cure as for a line that is JSON but no question.
        }
        throw new LauncherException(
                2,
                file + ", line " + line.number() + " is no question; expected "
                        + "{\"conversation\":\"id\",\"question\":\"...\",\"evidence\":[[firstTurn,lastTurn],...]}");
    }
}
