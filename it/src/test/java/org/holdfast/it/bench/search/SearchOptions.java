package org.holdfast.it.bench.search;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param memories of the tenant whose searches are measured
 * @param searches that are checked for rows of others
 * @param texts turns as {@code ./holdfast load} takes them; without it they are made up
 * @param questions asked of the memories, a JSON object a line; without it they are made up
 * @param only the one part to run
 */
record SearchOptions(
        int memories, int searches, long seed, Optional<Path> texts, Optional<Path> questions, Optional<String> only) {
    static final String ISOLATION = "isolation";
    static final String REQUESTS = "requests";
    static final String RECALL = "recall";

    private static final int MEMORIES_MIN = 1_000;
    private static final int MEMORIES_MAX = 200_000;
    private static final int SEARCHES_MAX = 10_000_000;
    private static final String USAGE =
            "usage: ./holdfast bench search [MEMORIES] [--searches N] [--seed S] [--texts FILE] [--questions FILE]"
                    + " [--only isolation|requests|recall]";

    boolean has(String part) {
        return only.isEmpty() || only.get().equals(part);
    }

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException with what to tell the caller
     */
    static SearchOptions parse(String[] arguments) {
        int memories = 20_000;
        int searches = 2_000;
        long seed = 1;
        Optional<Path> texts = Optional.empty();
        Optional<Path> questions = Optional.empty();
        Optional<String> only = Optional.empty();
        List<String> rest = Arrays.asList(arguments);
        if (!rest.isEmpty() && !rest.get(0).startsWith("--")) {
            memories = number("MEMORIES", rest.get(0), MEMORIES_MIN, MEMORIES_MAX);
            rest = rest.subList(1, rest.size());
        }
        for (int i = 0; i < rest.size(); i += 2) {
            if (i + 1 == rest.size()) {
                throw new IllegalArgumentException(USAGE);
            }
            String value = rest.get(i + 1);
            switch (rest.get(i)) {
                case "--searches" -> searches = number("--searches", value, 1, SEARCHES_MAX);
                case "--seed" -> seed = number("--seed", value, 0, Integer.MAX_VALUE);
                case "--texts" -> texts = Optional.of(file(value));
                case "--questions" -> questions = Optional.of(file(value));
                case "--only" -> only = Optional.of(part(value));
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        return new SearchOptions(memories, searches, seed, texts, questions, only);
    }

    private static int number(String name, String value, int min, int max) {
        if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) < min || Integer.parseInt(value) > max) {
            throw new IllegalArgumentException(
                    name + " is " + value + "; it must be a whole number from " + min + " to " + max);
        }
        return Integer.parseInt(value);
    }

    private static Path file(String value) {
        Path file = Path.of(value);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("no such file: " + file);
        }
        return file;
    }

    private static String part(String value) {
        if (!List.of(ISOLATION, REQUESTS, RECALL).contains(value)) {
            throw new IllegalArgumentException(USAGE);
        }
        return value;
    }
}
