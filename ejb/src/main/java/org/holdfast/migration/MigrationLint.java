package org.holdfast.migration;

import static org.holdfast.migration.LintFinding.Severity.ERROR;
import static org.holdfast.migration.LintFinding.Severity.WARNING;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.holdfast.migration.LintFinding.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the versions of one plan, in their order: tables that an earlier one made are new to the later ones, and
 * nobody waits for a new or empty table. Asks no database. Not thread-safe.
 */
final class MigrationLint {
    /** Above this a table is large: an operation over all of its rows is an error, below it a warning. */
    static final long LARGE_BYTES = 8L << 20;

    static final long LARGE_ROWS = 20_000;

    // What the slowest of the machines that this was tried on does, so that estimates are rather too long.
    private static final long SCANNED_BYTES_PER_MILLI = 200_000;
    private static final long WRITTEN_BYTES_PER_MILLI = 40_000;
    private static final long INDEXED_ROWS_PER_MILLI = 400;

    private static final String EXCLUSIVE = "ACCESS EXCLUSIVE";
    private static final String SHARE = "SHARE";
    private static final String SHARE_ROW = "SHARE ROW EXCLUSIVE";

    private final DatabaseFacts facts;
    private final Set<String> javaChunks;
    private final Set<String> newTables = new HashSet<>();
    private final Map<String, String> laterChecks = new HashMap<>();
    private final Set<String> checkedColumns = new HashSet<>();
    private final List<LintFinding> findings = new ArrayList<>();

    /** @param javaChunks names of the steps in Java that there are */
    MigrationLint(DatabaseFacts facts, Set<String> javaChunks) {
        this.facts = facts;
        this.javaChunks = new TreeSet<>(javaChunks);
    }

    /** Everything that was found so far, in the order of the files. */
    List<LintFinding> findings() {
        return List.copyOf(findings);
    }

    /** Looks at a version or a repeatable file. */
    void add(Migration migration, boolean hasRollback) {
        if (migration.role() == Migration.Role.VERSION && !hasRollback) {
            file(
                    migration,
                    LintRule.NO_ROLLBACK,
                    WARNING,
                    "has no file U" + label(migration) + "__....sql: it cannot be rolled back");
        }
        checkTransaction(migration);
        if (migration.kind() == MigrationKind.data) {
            checkData(migration);
            return;
        }
        for (SqlStatement statement : migration.statements()) {
            for (SchemaChange change : SchemaChange.of(statement)) {
                new Look(migration, statement, change).all();
            }
        }
    }

    /** Looks at the file that takes a version back. */
    void addRollback(Migration rollback) {
        checkTransaction(rollback);
        if (rollback.header().isOffline()) {
            file(rollback, LintRule.OFFLINE, ERROR, "can be rolled back only while no application runs");
        }
        for (SqlStatement statement : rollback.statements()) {
            for (SchemaChange change : SchemaChange.of(statement)) {
                Look look = new Look(rollback, statement, change);
                if (change.action() == SchemaChange.Action.TRANSACTION) {
                    look.all();
                }
                look.rowsThatGo();
            }
        }
    }

    /** A version that is to be taken back has no file for it. */
    void missingRollback(MigrationVersion version) {
        findings.add(new LintFinding(
                LintRule.MISSING_ROLLBACK.label(),
                ERROR,
                version.toString(),
                null,
                null,
                "there is no file U" + version + "__....sql: it cannot be taken back",
                null,
                null));
    }

    /** A finding about a version as a whole. */
    void file(Migration migration, LintRule rule, Severity severity, String message) {
        findings.add(new LintFinding(
                rule.label(), severity, label(migration), null, null, migration.file() + " " + message, null, null));
    }

    private void checkTransaction(Migration migration) {
        if (!migration.isInTransaction() && migration.statements().size() > 1) {
            file(
                    migration,
                    LintRule.NOT_ATOMIC,
                    WARNING,
                    "runs outside of transactions: when it fails in the middle,"
                            + " what came before stays, and the next run goes on from there");
        }
    }

    private void checkData(Migration migration) {
        List<SqlStatement> statements = migration.statements();
        for (SqlStatement statement : statements) {
            boolean isRows = SchemaChange.of(statement).stream()
                    .allMatch(change -> change.action() == SchemaChange.Action.CHANGE_ROWS
                            || (change.action() == SchemaChange.Action.OTHER
                                    && statement.tokens().get(0).is("select")));
            if (!isRows) {
                new Look(migration, statement, SchemaChange.of(statement).get(0))
                        .found(LintRule.KIND, ERROR, "a data version changes rows and nothing else", null, null);
            }
        }
        Optional<Backfill> backfill = migration.header().backfill();
        Optional<String> java = backfill.flatMap(Backfill::java);
        if (java.isPresent()) {
            checkJava(migration, java.get());
        } else if (backfill.isPresent()) {
            boolean isBounded =
                    statements.size() == 1 && parameters(statements.get(0)).equals(Set.of("after", "upto"));
            if (!isBounded) {
                file(
                        migration,
                        LintRule.KIND,
                        ERROR,
                        "must be one statement with the bounds "
                                + backfill.get().key() + " > :after and "
                                + backfill.get().key() + " <= :upto");
            }
        } else {
            statements.stream()
                    .filter(statement -> statement.tokens().get(0).is("update")
                            || statement.tokens().get(0).is("delete"))
                    .forEach(statement -> changesAtOnce(migration, statement));
        }
    }

    private void checkJava(Migration migration, String name) {
        if (!migration.statements().isEmpty()) {
            file(migration, LintRule.KIND, ERROR, "says java=" + name + ", so that it must have no statement");
        }
        if (!javaChunks.contains(name)) {
            file(
                    migration,
                    LintRule.JAVA,
                    ERROR,
                    "says java=" + name + ", a step that this application does not have; it has "
                            + (javaChunks.isEmpty() ? "none" : String.join(", ", javaChunks)));
        }
    }

    private void changesAtOnce(Migration migration, SqlStatement statement) {
        SchemaChange change = SchemaChange.of(statement).get(0);
        facts.table(change.object())
                .filter(MigrationLint::isLarge)
                .ifPresent(table -> new Look(migration, statement, change)
                        .found(
                                LintRule.LOCK_OUT,
                                ERROR,
                                "changes a table of " + describe(table)
                                        + " in one transaction: say table= and key= in the"
                                        + " header, so that it goes in chunks",
                                "ROW EXCLUSIVE",
                                table.bytes() / WRITTEN_BYTES_PER_MILLI));
    }

    private static Set<String> parameters(SqlStatement statement) {
        Set<String> names = new HashSet<>();
        statement.tokens().stream()
                .filter(token -> token.kind() == SqlToken.Kind.PARAMETER)
                .forEach(token -> names.add(token.text()));
        return names;
    }

    private static boolean isLarge(TableFacts table) {
        return table.bytes() >= LARGE_BYTES || table.rows() >= LARGE_ROWS;
    }

    private static String describe(TableFacts table) {
        return "about " + table.rows() + " rows, " + (table.bytes() >> 10) + " KiB";
    }

    private static String label(Migration migration) {
        return migration.version().map(MigrationVersion::toString).orElse(migration.name());
    }

    private static String qualified(String name) {
        return name.indexOf('.') < 0 ? "public." + name : name;
    }

    /** One change of one statement. */
    private final class Look {
        private final Migration migration;
        private final SqlStatement statement;
        private final SchemaChange change;
        private final String table;

        Look(Migration migration, SqlStatement statement, SchemaChange change) {
            this.migration = migration;
            this.statement = statement;
            this.change = change;
            this.table = qualified(change.object());
        }

        void all() {
            switch (change.action()) {
                case CREATE_TABLE -> creates();
                case CREATE_TABLE_WITHOUT_KEY -> {
                    boolean isReplicated = Replication.isReplicated(table);
                    found(
                            LintRule.NO_KEY,
                            isReplicated ? ERROR : WARNING,
                            "the table " + change.object() + " has no primary key"
                                    + (isReplicated
                                            ? ": its rows could be neither changed nor deleted once it is"
                                                    + " replicated"
                                            : ""),
                            null,
                            null);
                    creates();
                }
                case ADD_COLUMN -> refuseInContract("adds");
                case ADD_COMPUTED_COLUMN -> {
                    refuseInContract("adds");
                    rewrites("each row gets the column's value");
                }
                case ADD_COLUMN_BY_FUNCTION -> {
                    refuseInContract("adds");
                    String function = change.detail().substring(change.detail().lastIndexOf(' ') + 1);
                    if (facts.volatileFunctions().contains(function)) {
                        rewrites("the default " + function + "() is another one for each row");
                    }
                }
                case ADD_REQUIRED_COLUMN -> {
                    refuseInContract("adds");
                    present()
                            .ifPresent(rows -> found(
                                    LintRule.REQUIRED_COLUMN,
                                    ERROR,
                                    "the column " + change.detail()
                                            + " has no value for the rows that are there, nor for those"
                                            + " that the old application writes: add it without NOT NULL, or with a default",
                                    EXCLUSIVE,
                                    null));
                }
                case CREATE_INDEX -> blocksWrites();
                case CREATE_UNIQUE_INDEX, ADD_UNIQUE -> {
                    blocksWrites();
                    narrows();
                }
                case ADD_FOREIGN_KEY ->
                    scans(
                            LintRule.UNCHECKED_CONSTRAINT,
                            SHARE_ROW,
                            "checks every row of both tables;"
                                    + " add it NOT VALID and VALIDATE it in a later version");
                case ADD_CHECK -> {
                    scans(
                            LintRule.UNCHECKED_CONSTRAINT,
                            EXCLUSIVE,
                            "checks every row; add it NOT VALID and VALIDATE it in" + " a later version");
                    narrows();
                }
                case ADD_CONSTRAINT_LATER -> {
                    int blank = change.detail().indexOf(' ');
                    if (blank > 0) {
                        laterChecks.put(
                                table + " " + change.detail().substring(0, blank),
                                change.detail().substring(blank + 1));
                    }
                    narrows();
                }
                case VALIDATE ->
                    Optional.ofNullable(laterChecks.get(table + " " + change.detail()))
                            .ifPresent(column -> checkedColumns.add(table + " " + column));
                case SET_NOT_NULL -> {
                    boolean isChecked = checkedColumns.contains(table + " " + change.detail())
                            || present()
                                    .filter(rows -> rows.notNull().contains(change.detail()))
                                    .isPresent();
                    if (!isChecked) {
                        scans(
                                LintRule.NOT_NULL,
                                EXCLUSIVE,
                                "checks every row; first add and validate CHECK (" + change.detail()
                                        + " IS NOT NULL), then it takes no time");
                    }
                    narrows();
                }
                case ALTER_TYPE -> rewrites("the type of " + change.detail() + " changes");
                case REWRITE -> rewrites("SET " + change.detail());
                case RENAME, DROP_TABLE, DROP_COLUMN, DROP_OBJECT -> takesAway();
                case LOOSEN -> {
                    if (migration.kind() == MigrationKind.contract && isReplicatedNow()) {
                        found(
                                LintRule.ORDER,
                                ERROR,
                                "allows more than before, on the writer first: a row that it lets in"
                                        + " would stop the replication to the standby; this belongs into an expand",
                                EXCLUSIVE,
                                null);
                    }
                }
                case CHANGE_ROWS -> changesRows();
                case LOCK_OUT -> found(LintRule.LOCK_OUT, ERROR, "shuts everybody out while it runs", EXCLUSIVE, null);
                case TRANSACTION ->
                    found(
                            LintRule.TRANSACTION,
                            ERROR,
                            "the runner begins and ends the transactions: leave" + " '" + change.detail() + "' out",
                            null,
                            null);
                case CREATE_INDEX_CONCURRENTLY, OTHER -> {}
            }
        }

        /** What a rollback would lose. */
        void rowsThatGo() {
            boolean isDrop = change.action() == SchemaChange.Action.DROP_TABLE
                    || change.action() == SchemaChange.Action.DROP_COLUMN
                    || (change.action() == SchemaChange.Action.CHANGE_ROWS
                            && !change.detail().equals("insert"));
            if (isDrop) {
                present()
                        .ifPresent(rows -> found(
                                LintRule.DROPS_ROWS,
                                WARNING,
                                "what is in " + change.object()
                                        + (change.action() == SchemaChange.Action.DROP_COLUMN
                                                ? "." + change.detail()
                                                : "")
                                        + " is lost: " + describe(rows),
                                EXCLUSIVE,
                                null));
            }
        }

        private void creates() {
            if (facts.table(table).isEmpty()) {
                newTables.add(table);
            }
            refuseInContract("creates");
        }

        private void refuseInContract(String does) {
            if (migration.kind() == MigrationKind.contract) {
                found(
                        LintRule.KIND,
                        ERROR,
                        "a contract takes away, this " + does + ": on the writer first it would stop"
                                + " the replication",
                        null,
                        null);
            }
        }

        private void takesAway() {
            if (migration.kind() == MigrationKind.expand) {
                if (!newTables.contains(table)) {
                    found(
                            LintRule.KIND,
                            ERROR,
                            "an expand takes nothing away and renames nothing, because the old"
                                    + " application and the replication still use it: this belongs into a contract",
                            null,
                            null);
                }
                return;
            }
            present()
                    .ifPresent(rows -> found(
                            LintRule.OLD_APPLICATION,
                            WARNING,
                            "an application that still uses it will fail from here on: every instance must be of the version"
                                    + " that does without",
                            EXCLUSIVE,
                            null));
        }

        private void changesRows() {
            if (Replication.isReplicated(table)) {
                found(
                        LintRule.KIND,
                        ERROR,
                        "rows of a replicated table are changed on the writer alone: this belongs into"
                                + " a version of the kind data",
                        null,
                        null);
            }
        }

        private void rewrites(String why) {
            present()
                    .ifPresent(rows -> found(
                            LintRule.REWRITE,
                            isLarge(rows) ? ERROR : WARNING,
                            why + ": the table is written anew, " + describe(rows),
                            EXCLUSIVE,
                            rows.bytes() / WRITTEN_BYTES_PER_MILLI));
        }

        private void blocksWrites() {
            present()
                    .ifPresent(rows -> found(
                            LintRule.BLOCKING_INDEX,
                            isLarge(rows) ? ERROR : WARNING,
                            "no row can be written while the index is built, over " + describe(rows)
                                    + "; CREATE INDEX CONCURRENTLY stops nobody",
                            SHARE,
                            rows.rows() / INDEXED_ROWS_PER_MILLI + rows.bytes() / SCANNED_BYTES_PER_MILLI));
        }

        private void scans(LintRule rule, String lock, String what) {
            present()
                    .ifPresent(rows -> found(
                            rule,
                            isLarge(rows) ? ERROR : WARNING,
                            what + " (" + describe(rows) + ")",
                            lock,
                            rows.bytes() / SCANNED_BYTES_PER_MILLI));
        }

        // The standby would refuse what the writer still lets in.
        private void narrows() {
            if (migration.kind() == MigrationKind.expand && isReplicatedNow()) {
                found(
                        LintRule.ORDER,
                        ERROR,
                        "allows less than before, on the standby first: a row that the writer still"
                                + " lets in would stop the replication; this belongs into a contract",
                        null,
                        null);
            }
        }

        private boolean isReplicatedNow() {
            return present().filter(TableFacts::isReplicated).isPresent();
        }

        // Of a table that is there and has rows.
        private Optional<TableFacts> present() {
            return newTables.contains(table)
                    ? Optional.empty()
                    : facts.table(table).filter(rows -> rows.rows() > 0);
        }

        void found(LintRule rule, Severity severity, String message, @Nullable String lock, @Nullable Long millis) {
            findings.add(new LintFinding(
                    rule.label(),
                    severity,
                    label(migration),
                    statement.line(),
                    statement.excerpt(),
                    message,
                    lock,
                    millis));
        }
    }
}
