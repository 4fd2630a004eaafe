package org.holdfast.migration;

import java.util.List;

/**
 * What came of a run.
 *
 * @param waiting versions that an operator must ask for
 * @param differences of the clusters' schemas, for people; looked for only when there were steps
 */
record MigrationResult(int steps, List<String> waiting, List<String> differences) {
    MigrationResult {
        waiting = List.copyOf(waiting);
        differences = List.copyOf(differences);
    }
}
