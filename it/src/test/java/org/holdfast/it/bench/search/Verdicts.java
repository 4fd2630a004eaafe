package org.holdfast.it.bench.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.holdfast.it.bench.search.IsolatedTenants.Row;

/** Counts what is wrong with answers. Thread-safe. */
final class Verdicts {
    private static final int TOLD_MAX = 10;
    // Scopes up to here are compared row by row, so their answers are exact.
    private static final int COMPARED_MAX = 3_000;
    // Two ways of adding up the same products.
    private static final double AS_NEAR = 1e-5;

    private final Map<UUID, Row> rows;
    private final List<String> told = new ArrayList<>();
    private long searches;
    private long checked;
    private long foreign;
    private long unasked;
    private long twice;
    private long shortAnswers;
    private long farther;
    private long throughIndex;

    Verdicts(Map<UUID, Row> rows) {
        this.rows = rows;
    }

    /**
     * Judges one answer.
     *
     * @param ids of the memories in it
     * @param most how many there may be
     * @param isExact whether what is nearest by the vector of the search must be among them
     */
    void judge(Wanted wanted, List<UUID> ids, int most, boolean isExact) {
        List<Row> matching = wanted.matching();
        List<Row> answered = new ArrayList<>();
        int foreignHere = 0;
        int unaskedHere = 0;
        for (UUID id : ids) {
            Row row = rows.get(id);
            if (row == null || !row.tenant().equals(wanted.tenant().id())) {
                foreignHere++;
            } else if (!wanted.matches(row)) {
                unaskedHere++;
            } else {
                answered.add(row);
            }
        }
        // Words may be shared by less.
        boolean isShort = wanted.mode() != Wanted.Mode.text && ids.size() < Math.min(most, matching.size());
        boolean isFarther = isExact
                && wanted.mode() == Wanted.Mode.vector
                && matching.size() <= COMPARED_MAX
                && isFarther(wanted, matching, answered);
        boolean isTwice = new HashSet<>(ids).size() < ids.size();
        synchronized (this) {
            searches++;
            checked += ids.size();
            foreign += foreignHere;
            unasked += unaskedHere;
            twice += isTwice ? 1 : 0;
            shortAnswers += isShort ? 1 : 0;
            farther += isFarther ? 1 : 0;
            throughIndex += wanted.mode() != Wanted.Mode.text && matching.size() > COMPARED_MAX ? 1 : 0;
            if (foreignHere + unaskedHere > 0 || isTwice || isShort || isFarther) {
                tell(foreignHere + " foreign, " + unaskedHere + " not asked for, " + (isTwice ? "one twice, " : "")
                        + (isFarther ? "a nearer one is missing, " : "") + ids.size() + " of "
                        + Math.min(most, matching.size()) + ": " + wanted.describe());
            }
        }
    }

    private void tell(String finding) {
        if (told.size() < TOLD_MAX) {
            told.add(finding);
        }
    }

    private static boolean isFarther(Wanted wanted, List<Row> matching, List<Row> answered) {
        if (answered.isEmpty()) {
            return false;
        }
        double farthest = answered.stream()
                .mapToDouble(row -> Vectors.distance(wanted.vector(), row.vector()))
                .max()
                .orElseThrow();
        long nearer = matching.stream()
                .filter(row -> Vectors.distance(wanted.vector(), row.vector()) < farthest - AS_NEAR)
                .count();
        return nearer >= answered.size();
    }

    synchronized long searches() {
        return searches;
    }

    synchronized boolean isGood() {
        return foreign + unasked + twice + shortAnswers + farther == 0;
    }

    synchronized List<String> told() {
        return List.copyOf(told);
    }

    static String header() {
        return String.format(
                "| | searches | by the index | rows checked | foreign rows | not asked for | twice | short | not the nearest |%n"
                        + "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    }

    synchronized String row(String name) {
        return String.join(
                " | ",
                "| " + name,
                Long.toString(searches),
                Long.toString(throughIndex),
                Long.toString(checked),
                Long.toString(foreign),
                Long.toString(unasked),
                Long.toString(twice),
                Long.toString(shortAnswers),
                farther + " |");
    }
}
