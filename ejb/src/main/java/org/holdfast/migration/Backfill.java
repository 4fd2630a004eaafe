package org.holdfast.migration;

import java.util.Optional;

/**
 * How a data version walks over a table.
 *
 * @param table with its schema
 * @param key a column of it with a unique index, in whose order it goes
 * @param chunk rows that one transaction handles at most, from 1 to 100000
 * @param java the name of the {@link JavaChunk} that does the work; empty where the file's statement does
 */
record Backfill(String table, String key, int chunk, Optional<String> java) {
    static final int CHUNK_DEFAULT = 1000;
    static final int CHUNK_MAX = 100_000;

    Backfill {
        if (chunk < 1 || chunk > CHUNK_MAX) {
            throw new MigrationException("chunk=" + chunk + " must be from 1 to " + CHUNK_MAX);
        }
    }
}
