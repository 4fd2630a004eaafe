package org.holdfast.vector;

import java.util.List;
import java.util.Optional;

/**
 * What is to be done.
 *
 * @param tables whose indexes
 * @param profile how to make them; empty to make them anew as they are
 */
record IndexOrder(List<String> tables, Optional<IndexProfile> profile) {
    /** In the place of a profile, where there is none. */
    static final String AS_BEFORE = "AS_BEFORE";

    IndexOrder {
        tables = List.copyOf(tables);
    }
}
