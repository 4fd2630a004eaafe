package org.holdfast.integrity;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.holdfast.integrity.Suspect.Verdict;
import org.holdfast.integrity.TableShape.Sum;
import org.holdfast.job.JobWatch;

/**
 * Compares one table of two heads, chunk by chunk, while it changes and is replicated. No statement sees more than a chunk, so
 * no snapshot is older than some seconds. A row is a finding only when that is certain. For one thread.
 */
final class TableComparison {
    private static final int ROUNDS_MAX = 8;
    // Of keys that are sought one by one in one statement.
    private static final int KEYS_MAX = 1_000;

    /** A finding, with the row as the writer has it. */
    private record Certain(Verdict verdict, Optional<RowState> writer) {}

    private final HeadPair heads;
    private final TableShape shape;
    private final Optional<Repair> repair;
    private final JobWatch watch;
    private final ChunkSize size = new ChunkSize();

    /** @param repair of what is found; empty when it is only told */
    TableComparison(HeadPair heads, TableShape shape, Optional<Repair> repair, JobWatch watch) {
        this.heads = heads;
        this.shape = shape;
        this.repair = repair;
        this.watch = watch;
    }

    /**
     * Compares the rows after a key.
     *
     * @param after the last key of the chunk before; empty for the first one
     */
    ChunkResult chunk(List<String> after) throws SQLException {
        while (true) {
            try {
                ChunkResult result = compare(after);
                size.grow();
                return result;
            } catch (SQLException failure) {
                boolean tookTooLong = "57014".equals(failure.getSQLState());
                if (!tookTooLong || !size.shrink()) {
                    throw failure;
                }
                watch.requireGoesOn();
            }
        }
    }

    private ChunkResult compare(List<String> after) throws SQLException {
        int rowsMax = size.rows();
        Sum ofWriter = TableShape.briefly(heads.writer(), connection -> shape.next(connection, after, rowsMax));
        Sum ofStandby = TableShape.briefly(heads.standby(), connection -> shape.next(connection, after, rowsMax));
        if (ofWriter.equals(ofStandby)) {
            return new ChunkResult(ofWriter.end(rowsMax), ofWriter.rows(), List.of(), 0);
        }
        // The head that has more rows there tells how far the chunk goes: both have no more than a chunk of them.
        List<String> upto = heads.writer()
                .with(connection -> shape.lesser(connection, ofWriter.end(rowsMax), ofStandby.end(rowsMax)));
        Map<RowKey, RowState> rows =
                TableShape.briefly(heads.writer(), connection -> shape.rows(connection, after, upto));
        Map<RowKey, Suspect> suspects = suspects(rows, after, upto);
        Map<RowKey, Certain> certain = settle(suspects);
        List<Finding> findings = new ArrayList<>();
        // What should not be there first: it may have the unique values of what should.
        for (Verdict verdict : List.of(Verdict.EXTRA, Verdict.DIFFERENT, Verdict.MISSING)) {
            for (Map.Entry<RowKey, Certain> found : certain.entrySet()) {
                if (found.getValue().verdict() == verdict) {
                    findings.add(finding(found.getKey(), found.getValue()));
                }
            }
        }
        return new ChunkResult(upto, rows.size(), findings, suspects.size());
    }

    private Finding finding(RowKey key, Certain certain) throws SQLException {
        boolean isRepaired = repair.isPresent() && repair.get().row(shape, key, certain.writer());
        return Finding.ofRow(heads.standbyName(), kind(certain.verdict()), shape.table(), key, isRepaired);
    }

    private static FindingKind kind(Verdict verdict) {
        return switch (verdict) {
            case MISSING -> FindingKind.missing;
            case EXTRA -> FindingKind.extra;
            case DIFFERENT -> FindingKind.different;
            case EQUAL, OPEN -> throw new IllegalArgumentException(verdict + " is no finding");
        };
    }

    // Before the first round: as the writer had them, the standby not yet asked.
    private Map<RowKey, Suspect> suspects(Map<RowKey, RowState> ofWriter, List<String> after, List<String> upto)
            throws SQLException {
        heads.awaitTakenIn(watch);
        Map<RowKey, RowState> ofStandby =
                TableShape.briefly(heads.standby(), connection -> shape.rows(connection, after, upto));
        Map<RowKey, Suspect> suspects = new HashMap<>();
        ofWriter.forEach((key, state) -> {
            Optional<RowState> there = Optional.ofNullable(ofStandby.get(key));
            if (there.filter(row -> row.hash() == state.hash()).isEmpty()) {
                suspects.put(key, new Suspect(Optional.of(state), Optional.empty()));
            }
        });
        ofStandby.forEach((key, state) -> {
            if (!ofWriter.containsKey(key)) {
                suspects.put(key, new Suspect(Optional.empty(), Optional.empty()));
            }
        });
        return suspects;
    }

    // What is left in the map then is unsettled. In the order of their keys: findings are read by people.
    private Map<RowKey, Certain> settle(Map<RowKey, Suspect> suspects) throws SQLException {
        Map<RowKey, Certain> certain =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        for (int round = 0; round < ROUNDS_MAX && !suspects.isEmpty(); round++) {
            heads.awaitTakenIn(watch);
            List<Map.Entry<RowKey, Suspect>> open = List.copyOf(suspects.entrySet());
            for (int from = 0; from < open.size(); from += KEYS_MAX) {
                watch.requireGoesOn();
                round(suspects, open.subList(from, Math.min(open.size(), from + KEYS_MAX)), certain);
            }
        }
        // Whoever takes the writes by now: what was seen is of these two heads in this epoch.
        watch.requireGoesOn();
        return certain;
    }

    private void round(
            Map<RowKey, Suspect> suspects, List<Map.Entry<RowKey, Suspect>> open, Map<RowKey, Certain> certain)
            throws SQLException {
        List<RowKey> keys = open.stream().map(Map.Entry::getKey).toList();
        Map<RowKey, RowState> ofStandby =
                TableShape.briefly(heads.standby(), connection -> shape.rows(connection, keys));
        Map<RowKey, RowState> ofWriter = TableShape.briefly(heads.writer(), connection -> shape.rows(connection, keys));
        for (Map.Entry<RowKey, Suspect> suspect : open) {
            RowKey key = suspect.getKey();
            Optional<RowState> standby = Optional.ofNullable(ofStandby.get(key));
            Optional<RowState> writer = Optional.ofNullable(ofWriter.get(key));
            Verdict verdict = suspect.getValue().after(standby, writer);
            if (verdict == Verdict.OPEN) {
                suspects.put(key, new Suspect(writer, standby));
            } else {
                suspects.remove(key);
                if (verdict != Verdict.EQUAL) {
                    certain.put(key, new Certain(verdict, writer));
                }
            }
        }
    }
}
