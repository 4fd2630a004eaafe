package org.holdfast.integrity;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.holdfast.jdbc.Database;
import org.jspecify.annotations.Nullable;

/**
 * A table as it is compared: by the columns that both heads have and that replicate. Generated ones each head computes for
 * itself. Its name and columns are quoted where they must be.
 *
 * @param keys columns of the primary key, in its order
 */
record TableShape(String table, List<Column> columns, List<Column> keys) {
    /**
     * A column.
     *
     * @param keyOrdinal its place in the primary key, from 1; 0 when it is not in it
     */
    record Column(String name, String type, int keyOrdinal) {}

    /** The next rows of a head as numbers; {@code last} is their last key, empty when there are none. */
    record Sum(long rows, long hash, List<String> last) {
        /** Where a chunk of so many rows ends; empty when no row is left behind these. */
        List<String> end(int rowsMax) {
            return rows < rowsMax ? List.of() : last;
        }
    }

    private static final String COLUMNS = """
            select quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), coalesce(k.ordinal, 0)::int
            from pg_attribute a
            left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
            left join lateral unnest(i.indkey::int2[]) with ordinality k (attnum, ordinal) on k.attnum = a.attnum
            where a.attrelid = to_regclass(?) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            order by a.attname
            """;
    // Texts of values depend on these. A statement that takes long would keep vacuum waiting. What comes after a key
    // newer than the statistics is taken for almost nothing: all of it would be read and sorted for each chunk, while
    // the index has it in order.
    private static final String SETTINGS = """
            set local statement_timeout = '15s'; set local lock_timeout = '2s'; set local timezone = 'UTC';
            set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; set local bytea_output = 'hex';
            set local extra_float_digits = 1; set local jit = off; set local enable_sort = off
            """;

    TableShape {
        columns = List.copyOf(columns);
        keys = List.copyOf(keys);
    }

    /** The table on two heads, in transactions of their own. */
    static TableShape of(String table, Database writer, Database standby) throws SQLException {
        Map<String, Column> ofWriter = columns(table, writer);
        ofWriter.keySet().retainAll(columns(table, standby).keySet());
        List<Column> columns = ofWriter.values().stream()
                .sorted(Comparator.comparing(Column::name))
                .toList();
        List<Column> keys = columns.stream()
                .filter(column -> column.keyOrdinal > 0)
                .sorted(Comparator.comparingInt(Column::keyOrdinal))
                .toList();
        return new TableShape(table, columns, keys);
    }

    private static Map<String, Column> columns(String table, Database head) throws SQLException {
        return head
                .with(connection -> Database.all(
                        connection,
                        row -> new Column(row.getString(1), row.getString(2), row.getInt(3)),
                        COLUMNS,
                        table))
                .stream()
                .collect(Collectors.toMap(Column::name, column -> column, (one, same) -> one, HashMap::new));
    }

    boolean hasKey() {
        return !keys.isEmpty();
    }

    /** Work in one short transaction in which values have the same texts on every head, and no statement takes long. */
    static <T> T briefly(Database head, Database.Work<T> work) throws SQLException {
        return head.inTransaction(connection -> {
            Database.script(connection, SETTINGS);
            return work.on(connection);
        });
    }

    /**
     * The next rows in the key's order, as one number: bitwise exclusive or needs no order and no memory, and rows of one table
     * cannot cancel each other out, because each text has its key in it.
     *
     * @param after the key before the first one; empty for the beginning
     */
    Sum next(Connection head, List<String> after, int rowsMax) throws SQLException {
        String names = names(keys);
        String sql = "with chunk as materialized (select " + hash() + " as row_hash_, " + names + " from " + table
                + " t" + (after.isEmpty() ? "" : " where " + row(names) + " > " + parameters())
                + " order by " + names + " limit " + rowsMax + ") select count(*), coalesce(bit_xor(row_hash_), 0),"
                + " (select " + keyTexts() + " from chunk t order by "
                + keys.stream().map(key -> key.name() + " desc").collect(Collectors.joining(", "))
                + " limit 1) from chunk";
        return Database.first(head, TableShape::sum, sql, after.toArray()).orElseThrow();
    }

    /** The lesser of two keys; an empty one is behind all others. */
    List<String> lesser(Connection head, List<String> one, List<String> other) throws SQLException {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return Database.isTrue(head, "select " + parameters() + " < " + parameters(), bounds(one, other)) ? one : other;
    }

    private static Sum sum(ResultSet row) throws SQLException {
        return new Sum(row.getLong(1), row.getLong(2), row.getArray(3) == null ? List.of() : texts(row, 3));
    }

    /** The rows after one key up to another one. */
    Map<RowKey, RowState> rows(Connection head, List<String> after, List<String> upto) throws SQLException {
        return states(head, "select " + state() + " from " + table + " t" + between(after, upto), bounds(after, upto));
    }

    /** Those rows of some keys that there are. */
    Map<RowKey, RowState> rows(Connection head, List<RowKey> wanted) throws SQLException {
        Object[] columnsOfKeys = IntStream.range(0, keys.size())
                .mapToObj(place -> (Object)
                        wanted.stream().map(key -> key.columns().get(place)).toList())
                .toArray();
        String arrays = keys.stream().map(key -> "?::text[]").collect(Collectors.joining(", "));
        String places =
                IntStream.range(0, keys.size()).mapToObj(place -> "k" + place).collect(Collectors.joining(", "));
        String equal = IntStream.range(0, keys.size())
                .mapToObj(place -> "t." + keys.get(place).name() + " = wanted_.k" + place + "::"
                        + keys.get(place).type())
                .collect(Collectors.joining(" and "));
        return states(
                head,
                "select " + state() + " from unnest(" + arrays + ") as wanted_ (" + places + ") join " + table
                        + " t on " + equal,
                columnsOfKeys);
    }

    private Map<RowKey, RowState> states(Connection head, String sql, @Nullable Object... parameters)
            throws SQLException {
        Map<RowKey, RowState> states = new HashMap<>();
        Database.all(
                head,
                row -> states.put(new RowKey(texts(row, 1)), new RowState(row.getString(2), row.getLong(3))),
                sql,
                parameters);
        return states;
    }

    /** Every column of a row as a text; empty when there is none. */
    List<@Nullable String> values(Connection head, RowKey key) throws SQLException {
        String texts =
                columns.stream().map(column -> "t." + column.name() + "::text").collect(Collectors.joining(", "));
        return Database.first(
                        head,
                        row -> Arrays.asList(
                                (@Nullable String[]) row.getArray(1).getArray()),
                        "select array[" + texts + "] from " + table + " t where " + row(names(keys)) + " = "
                                + parameters(),
                        key.columns().toArray())
                .orElse(List.of());
    }

    void delete(Connection head, RowKey key) throws SQLException {
        Database.run(
                head,
                "delete from " + table + " where " + row(names(keys)) + " = " + parameters(),
                key.columns().toArray());
    }

    void insert(Connection head, List<@Nullable String> values) throws SQLException {
        Database.run(
                head,
                "insert into " + table + " (" + names(columns) + ") overriding system value values ("
                        + columns.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", ")) + ")",
                values.toArray());
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private String state() {
        return keyTexts() + ", t.xmin::text, " + hash();
    }

    private String keyTexts() {
        return "array[" + keys.stream().map(key -> "t." + key.name() + "::text").collect(Collectors.joining(", "))
                + "]";
    }

    private String hash() {
        return "hashtextextended(row("
                + columns.stream().map(column -> "t." + column.name()).collect(Collectors.joining(", "))
                + ")::text, 0)";
    }

    private String between(List<String> after, List<String> upto) {
        List<String> conditions = new ArrayList<>();
        if (!after.isEmpty()) {
            conditions.add(row(names(keys)) + " > " + parameters());
        }
        if (!upto.isEmpty()) {
            conditions.add(row(names(keys)) + " <= " + parameters());
        }
        return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    }

    private static Object[] bounds(List<String> after, List<String> upto) {
        List<String> bounds = new ArrayList<>(after);
        bounds.addAll(upto);
        return bounds.toArray();
    }

    private String parameters() {
        return row(keys.stream().map(key -> "?::" + key.type()).collect(Collectors.joining(", ")));
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    private static String row(String parts) {
        return "(" + parts + ")";
    }
}
