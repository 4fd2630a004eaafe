package org.holdfast.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a file says of itself in comments of the form {@code -- holdfast: data table=memory.memory key=id} before its first
 * statement.
 *
 * @param kind {@link MigrationKind#expand} when it does not say
 * @param isInTransaction false where it says {@code transaction=none}
 * @param backfill where it says {@code table} and {@code key}
 * @param isOffline of a rollback that only works while no application runs on the database
 */
record MigrationHeader(MigrationKind kind, boolean isInTransaction, Optional<Backfill> backfill, boolean isOffline) {
    private static final String MARK = "holdfast:";

    /** @throws MigrationException naming a word that is not understood */
    static MigrationHeader of(String script) {
        Optional<MigrationKind> kind = Optional.empty();
        Map<String, String> options = new TreeMap<>();
        for (String word : words(script)) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                options.put(word.substring(0, equals), word.substring(equals + 1));
            } else {
                switch (word) {
                    case "expand", "contract", "data" -> kind = Optional.of(MigrationKind.valueOf(word));
                    case "offline" -> options.put(word, "true");
                    default ->
                        throw new MigrationException("the header's word '" + word
                                + "' is not known; known are expand, contract, data, offline, table=, key=, chunk=, java=,"
                                + " transaction=none");
                }
            }
        }
        MigrationHeader header = new MigrationHeader(
                kind.orElse(MigrationKind.expand),
                isInTransaction(options),
                backfill(options),
                options.remove("offline") != null);
        if (!options.isEmpty()) {
            throw new MigrationException(
                    "the header's option '" + options.keySet().iterator().next()
                            + "' is not known; known are table, key, chunk, java, transaction");
        }
        if (header.backfill.isPresent() && header.kind != MigrationKind.data) {
            throw new MigrationException("table=, key= and java= are for files of the kind data, not " + header.kind);
        }
        if (!header.isInTransaction && header.kind == MigrationKind.data) {
            throw new MigrationException("a data version is always in transactions: transaction=none is not for it");
        }
        return header;
    }

    private static List<String> words(String script) {
        List<String> words = new ArrayList<>();
        for (String line : script.split("\n", -1)) {
            String text = line.strip();
            if (!text.startsWith("--") && !text.isEmpty()) {
                break;
            }
            String comment = text.replaceFirst("^-+", "").strip();
            if (comment.toLowerCase(Locale.ROOT).startsWith(MARK)) {
                String rest = comment.substring(MARK.length()).strip();
                if (!rest.isEmpty()) {
                    words.addAll(List.of(rest.split("[\\s,]+", -1)));
                }
            }
        }
        return words;
    }

    private static boolean isInTransaction(Map<String, String> options) {
        String value = options.remove("transaction");
        if (value != null && !value.equals("none")) {
            throw new MigrationException(
                    "transaction=" + value + " is not known: leave it out, or say transaction=none");
        }
        return value == null;
    }

    private static Optional<Backfill> backfill(Map<String, String> options) {
        String table = options.remove("table");
        String key = options.remove("key");
        String chunk = options.remove("chunk");
        Optional<String> java = Optional.ofNullable(options.remove("java"));
        if (table == null && key == null && chunk == null && java.isEmpty()) {
            return Optional.empty();
        }
        if (table == null || key == null || table.indexOf('.') < 1) {
            throw new MigrationException("a chunked data version needs table=SCHEMA.TABLE and key=COLUMN");
        }
        try {
            return Optional.of(
                    new Backfill(table, key, chunk == null ? Backfill.CHUNK_DEFAULT : Integer.parseInt(chunk), java));
        } catch (NumberFormatException notANumber) {
            throw new MigrationException("chunk=" + chunk + " is not a number", notANumber);
        }
    }
}
