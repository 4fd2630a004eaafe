package org.holdfast.it.bench.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/** What is said in memories and asked of them: of a file, or made up, the same for the same seed. */
final class Texts {
    /** Something said. */
    record Turn(String conversation, String speaker, String text) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TURNS_OF_A_TALK = 500;
    private static final String[] WHO = {
        "The owner", "A guest", "My sister", "The new cook", "Our supplier", "Tom", "Ada"
    };
    private static final String[] DOES = {
        "prefers",
        "ordered",
        "complained about",
        "forgot",
        "would like to change",
        "asked for",
        "never liked",
        "praised"
    };
    private static final String[] HOW = {"cold", "spicy", "late", "cheap", "organic", "blue", "heavy", "second-hand"};
    private static final String[] WHAT = {
        "oat milk", "tickets for the cinema", "the delivery", "a table by the window", "the remote control", "lamps",
        "the budget of the project", "bicycles", "the speech recogniser", "a train to the coast", "the invoice", "tea"
    };
    private static final String[] WHEN = {"on Monday", "last winter", "before lunch", "every evening", "in March"};
    private static final String[] ASKS = {
        "What did %s say about %s?",
        "Why was %2$s brought up by %1$s?",
        "When does %s talk about %s?",
        "Summarize what %s thinks of %s.",
        "Did %s agree on %s?"
    };

    private final List<Turn> turns;

    private Texts(List<Turn> turns) {
        this.turns = List.copyOf(turns);
    }

    /**
     * So many turns.
     *
     * @throws IllegalArgumentException when the file has fewer
     */
    static Texts of(Optional<Path> file, int count, long seed) throws IOException {
        return file.isEmpty() ? new Texts(madeUp(count, seed)) : new Texts(read(file.get(), count));
    }

    private static List<Turn> read(Path file, int count) throws IOException {
        List<Turn> read = new ArrayList<>();
        try (BufferedReader lines = lines(file)) {
            for (String line = lines.readLine(); line != null && read.size() < count; line = lines.readLine()) {
                JsonNode turn = JSON.readTree(line);
                String text = turn.path("text").asText();
                if (!text.isBlank()) {
                    read.add(new Turn(
                            turn.path("conversation").asText("talk"),
                            turn.path("speaker").asText("somebody"),
                            text));
                }
            }
        }
        if (read.size() < count) {
            throw new IllegalArgumentException(file + " has " + read.size() + " turns; " + count + " are asked for");
        }
        return read;
    }

    private static BufferedReader lines(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        InputStream content = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        return new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8));
    }

    private static List<Turn> madeUp(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Turn> made = new ArrayList<>(count);
        for (int each = 0; each < count; each++) {
            String who = any(WHO, random);
            String text = String.join(
                    " ",
                    who,
                    any(DOES, random),
                    any(HOW, random),
                    any(WHAT, random),
                    any(WHEN, random),
                    "and then",
                    any(DOES, random),
                    any(WHAT, random),
                    "number " + random.nextInt(10_000));
            made.add(new Turn("talk " + each / TURNS_OF_A_TALK, who, text));
        }
        return made;
    }

    private static <T> T any(T[] of, SplittableRandom random) {
        return of[random.nextInt(of.length)];
    }

    List<Turn> turns() {
        return turns;
    }

    /** So many texts of some length, all different. */
    List<String> sentences(int count) {
        Set<String> sentences = new LinkedHashSet<>();
        for (Turn turn : turns) {
            if (turn.text().length() >= 30 && turn.text().length() <= 400) {
                sentences.add(turn.text());
            }
            if (sentences.size() == count) {
                break;
            }
        }
        return List.copyOf(sentences);
    }

    /** A question in words that were said; hardly ever the same one again. */
    String question(SplittableRandom random) {
        Turn turn = turns.get(random.nextInt(turns.size()));
        String[] words = turns.get(random.nextInt(turns.size())).text().split("\\s+", -1);
        int from = random.nextInt(words.length);
        String about = String.join(" ", List.of(words).subList(from, Math.min(words.length, from + 4)));
        return String.format(any(ASKS, random), turn.speaker(), about);
    }

    /** Questions of a file, or made up. */
    List<String> questions(Optional<Path> file, int count, SplittableRandom random) throws IOException {
        List<String> questions = new ArrayList<>();
        if (file.isPresent()) {
            try (BufferedReader lines = lines(file.get())) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    questions.add(JSON.readTree(line).path("question").asText());
                }
            }
        }
        while (questions.size() > count) {
            questions.remove(random.nextInt(questions.size()));
        }
        while (questions.size() < count) {
            questions.add(question(random));
        }
        return questions;
    }
}
