package org.holdfast.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a statement does that matters to whoever uses the database meanwhile.
 *
 * @param object what it is done to: a table with its schema as written, an index, a function
 * @param detail the column, the constraint, or for {@link Action#ADD_CHECK} the column that it keeps from being null; may be
 *     empty
 */
record SchemaChange(Action action, String object, String detail) {
    enum Action {
        CREATE_TABLE,
        CREATE_TABLE_WITHOUT_KEY,
        CREATE_INDEX,
        CREATE_UNIQUE_INDEX,
        /** Concurrently: it stops nobody. */
        CREATE_INDEX_CONCURRENTLY,
        ADD_COLUMN,
        /** Not null, without a default. */
        ADD_REQUIRED_COLUMN,
        /** Each row is written anew: identity, serial, generated and stored. */
        ADD_COMPUTED_COLUMN,
        /** With a default whose function {@code detail} names; that may be a volatile one. */
        ADD_COLUMN_BY_FUNCTION,
        ADD_FOREIGN_KEY,
        ADD_CHECK,
        /** Unique, primary key or exclusion, with an index of its own. */
        ADD_UNIQUE,
        /** For new rows alone: not valid, or over an index that is there. */
        ADD_CONSTRAINT_LATER,
        VALIDATE,
        SET_NOT_NULL,
        ALTER_TYPE,
        REWRITE,
        RENAME,
        DROP_TABLE,
        DROP_COLUMN,
        /** A view, function, type, schema, sequence. */
        DROP_OBJECT,
        /** More is allowed than before: a constraint or not null is dropped. */
        LOOSEN,
        CHANGE_ROWS,
        /** Shuts everybody out: vacuum full, cluster, lock table, reindex. */
        LOCK_OUT,
        /** Begins or ends a transaction. */
        TRANSACTION,
        OTHER
    }

    private static final Set<String> DROPPED_WITH_ROWS = Set.of("table", "materialized", "foreign");
    private static final Set<String> DROPPED_OBJECTS = Set.of(
            "view",
            "function",
            "procedure",
            "routine",
            "aggregate",
            "type",
            "domain",
            "schema",
            "sequence",
            "extension");

    /** Of a statement; never empty. */
    static List<SchemaChange> of(SqlStatement statement) {
        return new Reader(statement).read();
    }

    /** Whether PostgreSQL refuses it within a transaction. */
    static boolean isOutsideOfTransactions(SqlStatement statement) {
        return statement.has("index", "concurrently")
                || isFirst(statement, "vacuum")
                || (isFirst(statement, "reindex") && statement.has("concurrently"))
                || (statement.has("detach", "partition") && statement.has("concurrently"));
    }

    /** The name of the index that a statement makes concurrently; empty when it does not, or gives it no name. */
    static Optional<String> concurrentIndex(SqlStatement statement) {
        List<SchemaChange> changes = of(statement);
        return changes.size() == 1 && changes.get(0).action == Action.CREATE_INDEX_CONCURRENTLY
                ? Optional.of(changes.get(0).detail).filter(name -> !name.isEmpty())
                : Optional.empty();
    }

    private static boolean isFirst(SqlStatement statement, String word) {
        return statement.tokens().get(0).is(word);
    }

    /** Reads the tokens of one statement from left to right. */
    private static final class Reader {
        private final SqlStatement statement;
        private final List<SqlToken> tokens;
        private int at;

        Reader(SqlStatement statement) {
            this.statement = statement;
            this.tokens = statement.tokens();
        }

        List<SchemaChange> read() {
            String command = word();
            at++;
            return switch (command) {
                case "create" -> List.of(create());
                case "alter" -> alter();
                case "drop" -> drop();
                case "insert", "update", "delete", "merge", "copy", "truncate" -> List.of(rows(command));
                case "with" -> List.of(changesRowsWithin() ? change(Action.CHANGE_ROWS, "", "") : other());
                case "cluster", "lock" -> List.of(lockOut());
                case "vacuum" -> List.of(statement.has("full") ? lockOut() : other());
                case "reindex" -> List.of(statement.has("concurrently") ? other() : lockOut());
                case "begin", "commit", "rollback", "start", "end", "abort", "savepoint", "release", "prepare" ->
                    List.of(change(Action.TRANSACTION, "", command));
                default -> List.of(other());
            };
        }

        private SchemaChange create() {
            skip("or", "replace");
            boolean isUnique = accept("unique");
            if (accept("index")) {
                return createIndex(isUnique);
            }
            accept("global");
            accept("local");
            boolean isTemporary = accept("temp") || accept("temporary");
            accept("unlogged");
            if (!accept("table")) {
                return other();
            }
            skip("if", "not", "exists");
            String table = name();
            boolean hasKey = statement.has("primary", "key") || statement.has("partition", "of") || isTemporary;
            return change(hasKey ? Action.CREATE_TABLE : Action.CREATE_TABLE_WITHOUT_KEY, table, "");
        }

        private SchemaChange createIndex(boolean isUnique) {
            boolean isConcurrent = accept("concurrently");
            skip("if", "not", "exists");
            String index = is("on") ? "" : name();
            accept("on");
            accept("only");
            String table = name();
            if (isConcurrent) {
                return change(Action.CREATE_INDEX_CONCURRENTLY, table, index);
            }
            return change(isUnique ? Action.CREATE_UNIQUE_INDEX : Action.CREATE_INDEX, table, index);
        }

        private List<SchemaChange> alter() {
            if (!accept("table")) {
                boolean isSeen = Set.of("view", "materialized", "type", "domain", "function", "procedure", "schema")
                        .contains(word());
                return List.of(isSeen && statement.has("rename") ? change(Action.RENAME, rest(), "") : other());
            }
            skip("if", "exists");
            accept("only");
            String table = name();
            accept("*");
            List<SchemaChange> changes = new ArrayList<>();
            do {
                int end = endOfAction();
                changes.add(alterTable(table, end));
                at = end;
            } while (accept(","));
            return changes;
        }

        // The comma after it, or the end of the statement.
        private int endOfAction() {
            int brackets = 0;
            for (int i = at; i < tokens.size(); i++) {
                SqlToken token = tokens.get(i);
                if (token.is("(")) {
                    brackets++;
                } else if (token.is(")")) {
                    brackets--;
                } else if (token.is(",") && brackets == 0) {
                    return i;
                }
            }
            return tokens.size();
        }

        private SchemaChange alterTable(String table, int end) {
            if (accept("add")) {
                return add(table, end);
            }
            if (accept("drop")) {
                boolean isConstraint = accept("constraint");
                accept("column");
                skip("if", "exists");
                return change(isConstraint ? Action.LOOSEN : Action.DROP_COLUMN, table, name());
            }
            if (accept("alter")) {
                if (accept("constraint")) {
                    return other();
                }
                accept("column");
                return alterColumn(table, name());
            }
            if (accept("rename")) {
                return accept("constraint") ? other() : change(Action.RENAME, table, "");
            }
            if (accept("validate")) {
                accept("constraint");
                return change(Action.VALIDATE, table, name());
            }
            if (accept("set")) {
                if (accept("schema")) {
                    return change(Action.RENAME, table, "");
                }
                boolean isRewrite =
                        Set.of("logged", "unlogged", "tablespace", "access").contains(word());
                return isRewrite ? change(Action.REWRITE, table, word()) : other();
            }
            return other();
        }

        private SchemaChange alterColumn(String table, String column) {
            if (accept("type") || skip("set", "data", "type")) {
                return change(Action.ALTER_TYPE, table, column);
            }
            if (skip("set", "not", "null")) {
                return change(Action.SET_NOT_NULL, table, column);
            }
            if (skip("drop", "not", "null")) {
                return change(Action.LOOSEN, table, column);
            }
            return other();
        }

        private SchemaChange add(String table, int end) {
            String name = "";
            if (accept("constraint")) {
                name = name();
            } else if (!Set.of("check", "foreign", "unique", "primary", "exclude")
                    .contains(word())) {
                return addColumn(table, end);
            }
            if (contains(end, "not", "valid") || contains(end, "using", "index")) {
                return laterConstraint(table, name, end);
            }
            return switch (word()) {
                case "foreign" -> change(Action.ADD_FOREIGN_KEY, table, name);
                case "check" -> change(Action.ADD_CHECK, table, notNullColumn(end));
                default -> change(Action.ADD_UNIQUE, table, name);
            };
        }

        // Both names travel in the detail, because a later VALIDATE names the constraint alone.
        private SchemaChange laterConstraint(String table, String name, int end) {
            if (is("foreign")) {
                // Rows that come by replication are not checked against it.
                return other();
            }
            String column = is("check") ? notNullColumn(end) : "";
            return change(Action.ADD_CONSTRAINT_LATER, table, column.isEmpty() ? name : name + " " + column);
        }

        private String notNullColumn(int end) {
            List<SqlToken> words = tokens.subList(at, end).stream()
                    .filter(token -> !token.is("(") && !token.is(")"))
                    .toList();
            boolean isNotNull = words.size() >= 5
                    && words.get(1).isName()
                    && words.get(2).is("is")
                    && words.get(3).is("not")
                    && words.get(4).is("null")
                    && (words.size() == 5 || words.get(5).is("not"));
            return isNotNull ? words.get(1).text() : "";
        }

        private SchemaChange addColumn(String table, int end) {
            accept("column");
            skip("if", "not", "exists");
            String column = name();
            boolean isComputed = contains(end, "generated")
                    || Set.of("serial", "bigserial", "smallserial", "serial8", "serial4", "serial2")
                            .contains(word());
            if (isComputed) {
                return change(Action.ADD_COMPUTED_COLUMN, table, column);
            }
            Optional<String> function = defaultFunction(end);
            if (function.isPresent()) {
                return change(Action.ADD_COLUMN_BY_FUNCTION, table, column + " " + function.get());
            }
            if (contains(end, "references")) {
                return change(Action.ADD_FOREIGN_KEY, table, column);
            }
            if (contains(end, "unique") || contains(end, "primary", "key")) {
                return change(Action.ADD_UNIQUE, table, column);
            }
            boolean isRequired = contains(end, "not", "null") && !contains(end, "default");
            return change(isRequired ? Action.ADD_REQUIRED_COLUMN : Action.ADD_COLUMN, table, column);
        }

        private Optional<String> defaultFunction(int end) {
            boolean isDefault = false;
            for (int i = at; i + 1 < end; i++) {
                isDefault |= tokens.get(i).is("default");
                boolean isCall = tokens.get(i).isName() && tokens.get(i + 1).is("(");
                if (isDefault && isCall && !tokens.get(i).is("check")) {
                    return Optional.of(tokens.get(i).text());
                }
            }
            return Optional.empty();
        }

        private List<SchemaChange> drop() {
            String what = word();
            at++;
            if (what.equals("owned")) {
                return List.of(change(Action.DROP_OBJECT, rest(), ""));
            }
            boolean isTable = DROPPED_WITH_ROWS.contains(what);
            if (!isTable && !DROPPED_OBJECTS.contains(what)) {
                return List.of(other());
            }
            accept("view");
            accept("table");
            skip("if", "exists");
            List<SchemaChange> changes = new ArrayList<>();
            do {
                changes.add(change(isTable ? Action.DROP_TABLE : Action.DROP_OBJECT, name(), what));
                at = endOfAction();
            } while (accept(","));
            return changes;
        }

        private SchemaChange rows(String command) {
            accept("into");
            accept("from");
            accept("table");
            accept("only");
            // COPY (query) TO and COPY ... TO only read.
            if (command.equals("copy") && (is("(") || statement.has("to"))) {
                return other();
            }
            return change(Action.CHANGE_ROWS, name(), command);
        }

        private boolean changesRowsWithin() {
            return tokens.stream().anyMatch(token -> token.is("insert") || token.is("update") || token.is("delete"));
        }

        private SchemaChange lockOut() {
            skip("table");
            accept("verbose");
            return change(Action.LOCK_OUT, rest(), "");
        }

        private SchemaChange other() {
            return change(Action.OTHER, "", "");
        }

        private static SchemaChange change(Action action, String object, String detail) {
            return new SchemaChange(action, object, detail);
        }

        // What is left, as one text; for messages.
        private String rest() {
            return at < tokens.size()
                    ? statement.text().substring(tokens.get(at).begin())
                    : "";
        }

        private boolean contains(int end, String... words) {
            for (int i = at; i + words.length <= end; i++) {
                boolean isHere = true;
                for (int j = 0; j < words.length; j++) {
                    isHere &= tokens.get(i + j).is(words[j]);
                }
                if (isHere) {
                    return true;
                }
            }
            return false;
        }

        private String word() {
            return at < tokens.size() && tokens.get(at).kind() == SqlToken.Kind.WORD
                    ? tokens.get(at).text().toLowerCase(Locale.ROOT)
                    : "";
        }

        private boolean is(String word) {
            return at < tokens.size() && tokens.get(at).is(word);
        }

        private boolean accept(String word) {
            boolean isThere = is(word);
            at += isThere ? 1 : 0;
            return isThere;
        }

        // All of the words, or none.
        private boolean skip(String... words) {
            for (int i = 0; i < words.length; i++) {
                if (at + i >= tokens.size() || !tokens.get(at + i).is(words[i])) {
                    return false;
                }
            }
            at += words.length;
            return true;
        }

        // A name with its schema, as it is without quotes.
        private String name() {
            StringBuilder name = new StringBuilder();
            while (at < tokens.size() && tokens.get(at).isName()) {
                name.append(tokens.get(at).text());
                at++;
                if (!accept(".")) {
                    break;
                }
                name.append('.');
            }
            return name.toString();
        }
    }
}
