package org.holdfast.memory;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what of found memories and their surroundings goes into a context. The best finds take up to three quarters of the
 * tokens, then the turns around them are added, those between two finds first, and then further finds. Nothing is cut, nothing is
 * said twice, and what does not fit is left out in favour of what does. Pure; for one thread.
 */
final class ContextBuilder {
    // Of the tokens. A find without what was said before and after it is often not understood.
    private static final double FINDS_SHARE = 0.75;
    // Turns that are no farther apart are one passage: at most one is missing between them.
    private static final int JOINED_WITHIN = 2;
    private static final int LINE_BREAK = 1;
    // A header is counted before its passage has its number.
    private static final int WIDEST_NUMBER = 999;

    /**
     * A memory that may go in.
     *
     * @param talk names its conversation; a memory without a turn is alone in its own
     * @param score empty for a turn that was not found itself
     * @param tokens of its line, with the line break
     */
    private record Line(
            UUID id,
            List<Object> talk,
            UUID agentId,
            @Nullable String conversation,
            @Nullable Integer turn,
            Instant at,
            String text,
            String sameness,
            Optional<Double> score,
            int tokens) {
        int place() {
            return turn == null ? 0 : turn;
        }
    }

    private final int budget;
    private final ToIntFunction<String> counter;
    private final List<Line> chosen = new ArrayList<>();
    private final Set<String> said = new HashSet<>();
    private final Map<LocalDate, Integer> headers = new HashMap<>();

    private ContextBuilder(int budget, ToIntFunction<String> counter) {
        this.budget = budget;
        this.counter = counter;
    }

    /**
     * The context.
     *
     * @param found the best first
     * @param around turns next to those, in any order
     * @param budget in tokens; the context never has more
     * @param counter of tokens; two texts together have at most as many as each of them and one for the break between them
     */
    static MemoryContext build(
            List<FoundMemory> found, Collection<MemoryView> around, int budget, ToIntFunction<String> counter) {
        return new ContextBuilder(budget, counter).build(found, around);
    }

    private MemoryContext build(List<FoundMemory> found, Collection<MemoryView> around) {
        List<Line> finds = found.stream().map(this::line).toList();
        finds.forEach(line -> add(line, (int) (budget * FINDS_SHARE)));
        Map<UUID, Line> known = finds.stream().collect(Collectors.toMap(Line::id, line -> line));
        List<Line> next = around.stream()
                .map(memory -> known.getOrDefault(memory.id(), line(memory)))
                .toList();
        surroundings(next).forEach(line -> add(line, budget));
        finds.forEach(line -> add(line, budget));
        return context();
    }

    // Those between two finds close a gap; the others come by the score of the find that they are next to, what
    // was said after it first: an answer more often follows a question than the other way round.
    private List<Line> surroundings(Collection<Line> around) {
        List<Line> gaps = new ArrayList<>();
        List<Line> others = new ArrayList<>();
        Map<List<Object>, Line> places = around.stream()
                .filter(line -> line.turn != null)
                .collect(Collectors.toMap(ContextBuilder::place, line -> line, (one, other) -> one));
        Set<List<Object>> taken = chosen.stream().map(ContextBuilder::place).collect(Collectors.toSet());
        for (Line find : chosen) {
            if (find.turn == null) {
                continue;
            }
            for (int step : new int[] {1, -1}) {
                Optional.ofNullable(places.get(List.of(find.talk, find.place() + step)))
                        .ifPresent(line -> (taken.contains(List.of(find.talk, find.place() + 2 * step)) ? gaps : others)
                                .add(line));
            }
        }
        gaps.addAll(others);
        return gaps;
    }

    private static List<Object> place(Line line) {
        return List.of(line.talk, line.place());
    }

    private void add(Line line, int most) {
        if (said.contains(line.sameness)) {
            return;
        }
        chosen.add(line);
        if (tokens() > most) {
            chosen.remove(chosen.size() - 1);
        } else {
            said.add(line.sameness);
        }
    }

    private int tokens() {
        int lines = chosen.stream().mapToInt(Line::tokens).sum();
        // And an empty line between them.
        int above = passages().stream()
                .mapToInt(passage ->
                        headers.computeIfAbsent(day(passage), day -> counter.applyAsInt(header(WIDEST_NUMBER, day)))
                                + 2 * LINE_BREAK)
                .sum();
        return lines + above;
    }

    private static LocalDate day(List<Line> passage) {
        return LocalDate.ofInstant(passage.get(0).at, ZoneOffset.UTC);
    }

    /** What is chosen, as passages, the best first. */
    private List<List<Line>> passages() {
        Map<List<Object>, List<Line>> talks = new LinkedHashMap<>();
        chosen.forEach(line ->
                talks.computeIfAbsent(line.talk, talk -> new ArrayList<>()).add(line));
        List<List<Line>> passages = new ArrayList<>();
        for (List<Line> talk : talks.values()) {
            talk.sort(Comparator.comparingInt(Line::place));
            int begin = 0;
            for (int at = 1; at <= talk.size(); at++) {
                if (at == talk.size() || talk.get(at).place() - talk.get(at - 1).place() > JOINED_WITHIN) {
                    passages.add(talk.subList(begin, at));
                    begin = at;
                }
            }
        }
        passages.sort(Comparator.comparingDouble(ContextBuilder::score).reversed());
        return passages;
    }

    private static double score(List<Line> passage) {
        return passage.stream()
                .flatMap(line -> line.score.stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    private MemoryContext context() {
        List<List<Line>> chosenPassages = passages();
        StringBuilder text = new StringBuilder();
        List<ContextPassage> told = new ArrayList<>();
        for (List<Line> passage : chosenPassages) {
            String lines = passage.stream().map(Line::text).collect(Collectors.joining("\n"));
            text.append(told.isEmpty() ? "" : "\n\n")
                    .append(header(told.size() + 1, day(passage)))
                    .append('\n')
                    .append(lines);
            Line first = passage.get(0);
            told.add(new ContextPassage(
                    lines,
                    score(passage),
                    first.agentId,
                    first.conversation,
                    first.turn,
                    passage.get(passage.size() - 1).turn,
                    first.at,
                    passage.stream().map(Line::id).toList()));
        }
        return new MemoryContext(text.toString(), told.isEmpty() ? 0 : counter.applyAsInt(text.toString()), told);
    }

    private static String header(int number, LocalDate day) {
        return "[" + number + "] " + day;
    }

    private Line line(FoundMemory memory) {
        return line(
                memory.id(),
                memory.agentId(),
                memory.conversation(),
                memory.turn(),
                memory.at(),
                memory.speaker(),
                memory.text(),
                Optional.of(memory.score()));
    }

    private Line line(MemoryView memory) {
        return line(
                memory.id(),
                memory.agentId(),
                memory.conversation(),
                memory.turn(),
                memory.at(),
                memory.speaker(),
                memory.text(),
                Optional.empty());
    }

    private Line line(
            UUID id,
            UUID agentId,
            @Nullable String conversation,
            @Nullable Integer turn,
            Instant at,
            @Nullable String speaker,
            String text,
            Optional<Double> score) {
        String told = (speaker == null ? "" : speaker + ": ") + text.strip();
        return new Line(
                id,
                turn == null ? List.of(id) : List.of(agentId, Objects.requireNonNullElse(conversation, "")),
                agentId,
                conversation,
                turn,
                at,
                told,
                text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT),
                score,
                counter.applyAsInt(told) + LINE_BREAK);
    }
}
