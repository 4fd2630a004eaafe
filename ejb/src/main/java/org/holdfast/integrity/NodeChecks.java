package org.holdfast.integrity;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.jdbc.Database;
import org.holdfast.job.JobWatch;

/**
 * What is looked at on one node besides rows: whether indexes are used and sound, constraints checked, and, on the writer,
 * sequences ahead of their columns. Sequences are not replicated: those of a standby are behind until it takes the writes,
 * which moves them on. For one thread.
 */
final class NodeChecks {
    private static final String SCHEMAS = "('auth', 'memory', 'orchestration', 'audit', 'ops')";
    private static final String INDEXES = """
            select i.indexrelid, format('%I.%I', n.nspname, c.relname), i.indisvalid and i.indisready and i.indislive,
                   c.relkind = 'i' and m.amname = 'btree' and c.relpersistence = 'p'
            from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
                 join pg_am m on m.oid = c.relam
            where n.nspname in""" + " " + SCHEMAS + " order by 2";
    // Of a foreign key to a partitioned table PostgreSQL notes that it is checked, and does not note it again for each
    // of the partitions.
    private static final String CONSTRAINTS = """
            select format('%I.%I', n.nspname, c.relname) || ', ' || quote_ident(k.conname), k.convalidated
            from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
            where k.conparentid = 0 and n.nspname in""" + " " + SCHEMAS + " order by 1";
    private static final String WITHOUT_KEY = """
            select format('%I.%I', n.nspname, c.relname)
            from pg_publication_tables p join pg_namespace n on n.nspname = p.schemaname
                 join pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
            where p.pubname = 'holdfast'
              and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
            order by 1
            """;
    private static final String SEQUENCES = """
            select s.oid::regclass::text, t.oid::regclass::text, quote_ident(a.attname), q.seqincrement > 0
            from pg_class s join pg_sequence q on q.seqrelid = s.oid
                 join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
                 join pg_class t on t.oid = d.refobjid
                 join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
                 join pg_namespace n on n.oid = t.relnamespace
            where n.nspname in""" + " " + SCHEMAS + " order by 1";
    private static final String CAN_LOOK_INTO_INDEXES =
            "select coalesce(has_function_privilege(to_regprocedure('public.bt_index_check(regclass)'), 'execute'), false)";
    // It reads every page of an index and locks nothing that rows are changed with, but its snapshot
    // keeps vacuum waiting.
    private static final String INDEX_LIMIT = "set local statement_timeout = '60s'; set local lock_timeout = '2s'";
    private static final String DAMAGED = "XX";

    /** An index. */
    private record Index(long oid, String name, boolean isUsed, boolean canBeLookedInto) {}

    private record Constraint(String name, boolean isValidated) {}

    private record Sequence(String name, String table, String column, boolean isAscending) {}

    private final String node;
    private final Database database;
    private final JobWatch watch;
    private final List<Finding> findings = new ArrayList<>();
    private long objects;

    /** @param database any role that may execute {@code bt_index_check}; for sequences the owner */
    NodeChecks(String node, Database database, JobWatch watch) {
        this.node = node;
        this.database = database;
        this.watch = watch;
    }

    String node() {
        return node;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    long objects() {
        return objects;
    }

    /** Looks at indexes and constraints. */
    void schema() throws SQLException {
        boolean canLook = database.isTrue(CAN_LOOK_INTO_INDEXES);
        if (!canLook) {
            found(
                    FindingKind.not_checked,
                    "indexes",
                    "bt_index_check of the extension amcheck is not there, or not allowed: run roles.sql again");
        }
        for (Index index : all(
                INDEXES, row -> new Index(row.getLong(1), row.getString(2), row.getBoolean(3), row.getBoolean(4)))) {
            objects++;
            if (!index.isUsed) {
                found(FindingKind.invalid_index, index.name, "drop it, or build it anew: REINDEX INDEX CONCURRENTLY");
            } else if (canLook && index.canBeLookedInto) {
                watch.requireGoesOn();
                lookInto(index);
            }
        }
        for (Constraint constraint : all(CONSTRAINTS, row -> new Constraint(row.getString(1), row.getBoolean(2)))) {
            objects++;
            if (!constraint.isValidated) {
                found(FindingKind.unvalidated_constraint, constraint.name, "ALTER TABLE ... VALIDATE CONSTRAINT");
            }
        }
    }

    private void lookInto(Index index) throws SQLException {
        try {
            database.inTransaction(connection -> {
                Database.script(connection, INDEX_LIMIT);
                return Database.run(connection, "select public.bt_index_check(?::oid::regclass)", index.oid);
            });
        } catch (SQLException failure) {
            String state = String.valueOf(failure.getSQLState());
            if (state.startsWith("08") || state.startsWith("57P")) {
                throw failure;
            }
            // It was dropped meanwhile, is locked, or takes too long: nothing is known of it.
            found(
                    state.startsWith(DAMAGED) ? FindingKind.damaged_index : FindingKind.not_checked,
                    index.name,
                    failure.getMessage() + " [" + state + "]");
        }
    }

    /** Names the tables whose rows cannot be compared. */
    void tables() throws SQLException {
        for (String table : all(WITHOUT_KEY, row -> row.getString(1))) {
            found(FindingKind.not_checked, table, "it has no primary key: its rows cannot be compared");
        }
    }

    /** Looks at sequences. */
    void sequences() throws SQLException {
        for (Sequence sequence : all(
                SEQUENCES,
                row -> new Sequence(row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4)))) {
            objects++;
            boolean isBehind = sequence.isAscending
                    && database.isTrue("select (select max(" + sequence.column + ") from " + sequence.table
                            + ") > (select last_value from " + sequence.name + ")");
            if (isBehind) {
                found(
                        FindingKind.sequence_behind,
                        sequence.name,
                        "values of " + sequence.table + "." + sequence.column + " are greater: setval");
            }
        }
    }

    private <T> List<T> all(String question, Database.Reading<T> reading) throws SQLException {
        return database.with((Connection connection) -> Database.all(connection, reading, question));
    }

    private void found(FindingKind kind, String object, String detail) {
        findings.add(Finding.of(node, kind, object, detail));
    }
}
