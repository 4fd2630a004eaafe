package org.holdfast.migration;

import java.util.Set;

/**
 * What a table is when a plan is made.
 *
 * @param rows as the database estimates them
 * @param bytes with its indexes
 * @param notNull columns that a valid check keeps from being null
 * @param isReplicated whether it is published to the other cluster, or will be
 */
record TableFacts(long rows, long bytes, Set<String> notNull, boolean isReplicated) {
    TableFacts {
        notNull = Set.copyOf(notNull);
    }
}
