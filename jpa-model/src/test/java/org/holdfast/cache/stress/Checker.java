package org.holdfast.cache.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Compares reads with the committed history. The order of commits of a row is the database's; the moments are those of one
 * monotonic clock around each commit and each read, so what overlaps in time is given the benefit of the doubt. Immutable.
 */
public final class Checker {
    private final Map<Row, List<Commit>> commits;
    private final List<Outage> outages;

    /** @param commits of each row, in the order in which the database has them */
    public Checker(Map<Row, List<Commit>> commits, List<Outage> outages) {
        this.commits = Map.copyOf(commits);
        this.outages = List.copyOf(outages);
    }

    /** All reads that must not be. */
    public List<Violation> check(List<Read> reads) {
        List<Violation> violations = new ArrayList<>();
        reads.forEach(read -> check(read).ifPresent(violations::add));
        return violations;
    }

    private Optional<Violation> check(Read read) {
        List<Commit> history = commits.getOrDefault(read.row(), List.of());
        int seen = seen(history, read);
        if (seen < 0) {
            return Optional.of(violation(Violation.What.NEVER_COMMITTED, read, history, latest(history, read)));
        }
        int due = due(history, read);
        if (seen >= due) {
            return Optional.empty();
        }
        return Optional.of(violation(kindOfMiss(read), read, history, due));
    }

    // The newest commit of this value that may have been visible: only a deletion leaves the same value twice.
    private static int seen(List<Commit> history, Read read) {
        for (int index = history.size() - 1; index >= 0; index--) {
            Commit commit = history.get(index);
            if (Objects.equals(commit.value(), read.value()) && commit.begunNanos() <= read.endedNanos()) {
                return index;
            }
        }
        return -1;
    }

    private static int latest(List<Commit> history, Read read) {
        int index = history.size() - 1;
        while (index > 0 && history.get(index).begunNanos() > read.endedNanos()) {
            index--;
        }
        return index;
    }

    // The newest commit that the reader has to know.
    private static int due(List<Commit> history, Read read) {
        if (read.kind() == Read.Kind.EVENTUAL) {
            return -1;
        }
        for (int index = history.size() - 1; index >= 0; index--) {
            Commit commit = history.get(index);
            boolean isKnown = read.kind() == Read.Kind.TOLD || commit.instance() == read.instance();
            if (isKnown && commit.endedNanos() < read.begunNanos()) {
                return index;
            }
        }
        return -1;
    }

    private Violation.What kindOfMiss(Read read) {
        if (read.kind() == Read.Kind.OWN) {
            return Violation.What.OWN_WRITE_MISSED;
        }
        return outages.stream().anyMatch(outage -> outage.touches(read))
                ? Violation.What.TOLD_WRITE_MISSED_IN_OUTAGE
                : Violation.What.TOLD_WRITE_MISSED;
    }

    private Violation violation(Violation.What what, Read read, List<Commit> history, int due) {
        StringBuilder text = new StringBuilder(read.row() + " read as " + read.value() + " on instance "
                + read.instance() + ", " + read.kind() + ", in " + micros(read.endedNanos() - read.begunNanos())
                + " us;");
        outages.stream()
                .filter(outage -> outage.touches(read))
                .forEach(outage -> text.append(' ').append(outage));
        for (int index = Math.max(0, due - 5); index >= 0 && index < Math.min(history.size(), due + 3); index++) {
            Commit commit = history.get(index);
            text.append(" [" + commit.value() + " by " + commit.instance() + " from "
                    + micros(commit.begunNanos() - read.begunNanos()) + " to "
                    + (commit.endedNanos() == Long.MAX_VALUE ? "?" : micros(commit.endedNanos() - read.begunNanos()))
                    + " us]");
        }
        return new Violation(what, text.toString());
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }
}
