package org.holdfast.migration;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.holdfast.jdbc.Database;

/** Asks a database for what {@link MigrationLint} needs to know. */
final class FactsReader {
    // Rows by the density at the last look and today's size, as the planner does. A table that nobody has looked
    // at yet is taken to have rows of 100 bytes.
    private static final String TABLES = """
            select n.nspname || '.' || c.relname as name,
                   (select coalesce(sum(case when l.relpages > 0 and l.reltuples > 0
                                             then l.reltuples / l.relpages * (pg_relation_size(l.oid) / 8192)
                                             else pg_relation_size(l.oid) / 100 end), 0)::bigint
                    from pg_class l where l.oid = any (part.ids)) as row_count,
                   (select coalesce(sum(pg_total_relation_size(id)), 0)::bigint from unnest(part.ids) id) as bytes,
                   array(select a.attname::text
                         from pg_constraint k join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
                         where k.conrelid = c.oid and k.contype = 'c' and k.convalidated and cardinality(k.conkey) = 1
                           and pg_get_constraintdef(k.oid) ~ '^CHECK \\(\\(\\S+ IS NOT NULL\\)\\)$') as not_null
            from pg_class c join pg_namespace n on n.oid = c.relnamespace,
                 lateral (select case c.relkind when 'p' then array(select p.relid::oid from pg_partition_tree(c.oid) p)
                                 else array[c.oid] end as ids) part
            where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'""";

    private FactsReader() {}

    static DatabaseFacts read(Connection connection) throws SQLException {
        Map<String, TableFacts> tables = new HashMap<>();
        Database.all(connection, row -> tables.put(row.getString("name"), table(row)), TABLES);
        Set<String> functions = new HashSet<>(Database.all(
                connection, row -> row.getString(1), "select distinct proname from pg_proc where provolatile = 'v'"));
        return new DatabaseFacts(tables, functions);
    }

    private static TableFacts table(ResultSet row) throws SQLException {
        Array notNull = row.getArray("not_null");
        return new TableFacts(
                row.getLong("row_count"),
                row.getLong("bytes"),
                new HashSet<>(Arrays.asList((String[]) notNull.getArray())),
                Replication.isReplicated(row.getString("name")));
    }
}
