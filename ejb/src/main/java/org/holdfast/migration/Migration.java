package org.holdfast.migration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * One file, read.
 *
 * @param role what its first letter says
 * @param version empty for a repeatable one
 * @param name of the file after its version, underscores as blanks
 * @param file the file's name
 * @param checksum SHA-256 of the text with line ends as {@code \n}, in hexadecimal
 * @param flywayChecksum what Flyway keeps of the same text
 */
record Migration(
        Role role,
        Optional<MigrationVersion> version,
        String name,
        String file,
        MigrationHeader header,
        List<SqlStatement> statements,
        String checksum,
        int flywayChecksum) {
    enum Role {
        VERSION,
        ROLLBACK,
        REPEATABLE
    }

    private static final Pattern VERSIONED = Pattern.compile("([VU])(\\d[\\d._]*?)__(.+)\\.sql");
    private static final Pattern REPEATABLE = Pattern.compile("R__(.+)\\.sql");

    Migration {
        statements = List.copyOf(statements);
    }

    static boolean isMigration(String file) {
        return file.endsWith(".sql")
                && (VERSIONED.matcher(file).matches()
                        || REPEATABLE.matcher(file).matches());
    }

    /** @throws MigrationException naming the file, when it cannot be understood */
    static Migration of(String file, String text) {
        return of(file, text, UnaryOperator.identity());
    }

    /**
     * Of a text that is run as something else, and known by itself.
     *
     * @throws MigrationException naming the file, when it cannot be understood
     */
    static Migration of(String file, String text, UnaryOperator<String> toRun) {
        try {
            Matcher versioned = VERSIONED.matcher(file);
            if (versioned.matches()) {
                return read(
                        versioned.group(1).equals("V") ? Role.VERSION : Role.ROLLBACK,
                        Optional.of(MigrationVersion.of(versioned.group(2))),
                        versioned.group(3),
                        file,
                        text,
                        toRun);
            }
            Matcher repeatable = REPEATABLE.matcher(file);
            if (repeatable.matches()) {
                return read(Role.REPEATABLE, Optional.empty(), repeatable.group(1), file, text, toRun);
            }
        } catch (MigrationException | IllegalArgumentException refused) {
            throw new MigrationException(file + ": " + refused.getMessage(), refused);
        }
        throw new MigrationException(file + " is not named V<version>__<name>.sql, U... or R__<name>.sql");
    }

    private static Migration read(
            Role role,
            Optional<MigrationVersion> version,
            String name,
            String file,
            String raw,
            UnaryOperator<String> toRun) {
        String text = raw.replace("\r\n", "\n").replace('\r', '\n');
        if (text.startsWith("\ufeff")) {
            text = text.substring(1);
        }
        MigrationHeader header = MigrationHeader.of(text);
        if (role == Role.REPEATABLE && header.kind() != MigrationKind.expand) {
            throw new MigrationException("a repeatable file is of the kind expand");
        }
        if (role == Role.ROLLBACK && header.backfill().flatMap(Backfill::java).isPresent()) {
            throw new MigrationException("a version is taken back by SQL: java= is not for it");
        }
        return new Migration(
                role,
                version,
                name.replace('_', ' '),
                file,
                header,
                SqlStatement.split(toRun.apply(text)),
                sha256(text),
                crc32(text));
    }

    /** What the history calls it. */
    String id() {
        return version.map(v -> "V" + v).orElse("R__" + name);
    }

    MigrationKind kind() {
        return header.kind();
    }

    /** Whether all of it is one transaction. */
    boolean isInTransaction() {
        return header.isInTransaction() && statements.stream().noneMatch(SchemaChange::isOutsideOfTransactions);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    // Of the lines without their ends.
    private static int crc32(String text) {
        CRC32 sum = new CRC32();
        text.lines().forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) sum.getValue();
    }
}
