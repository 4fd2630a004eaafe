package org.holdfast.memory;

import java.util.ArrayList;
import java.util.List;
import org.holdfast.json.JsonDocument;

/**
 * A filter as a condition of SQL on {@code memory.memory} as {@code m}. Only fixed texts are put together; keys and values are
 * parameters, values as JSON. Never null, so that a negation means what it says.
 *
 * @param parameters in the order of the places; a list is an array of {@code jsonb}
 */
record MetadataCondition(String sql, List<Object> parameters) {
    MetadataCondition {
        parameters = List.copyOf(parameters);
    }

    static MetadataCondition of(MetadataFilter filter) {
        StringBuilder sql = new StringBuilder();
        List<Object> parameters = new ArrayList<>();
        add(filter, sql, parameters);
        return new MetadataCondition(sql.toString(), parameters);
    }

    private static void add(MetadataFilter filter, StringBuilder sql, List<Object> parameters) {
        if (filter instanceof MetadataFilter.And all) {
            join(all.filters(), " and ", sql, parameters);
        } else if (filter instanceof MetadataFilter.Or any) {
            join(any.filters(), " or ", sql, parameters);
        } else if (filter instanceof MetadataFilter.Not not) {
            sql.append("not ");
            join(List.of(not.filter()), "", sql, parameters);
        } else if (filter instanceof MetadataFilter.Comparison comparison) {
            compare(comparison, sql, parameters);
        }
    }

    private static void join(List<MetadataFilter> filters, String by, StringBuilder sql, List<Object> parameters) {
        String separator = "(";
        for (MetadataFilter filter : filters) {
            sql.append(separator);
            add(filter, sql, parameters);
            separator = by;
        }
        sql.append(')');
    }

    private static void compare(MetadataFilter.Comparison comparison, StringBuilder sql, List<Object> parameters) {
        String value = comparison.values().get(0).text();
        String condition = switch (comparison.operator()) {
            case eq -> "coalesce(m.metadata -> ?::text = ?::jsonb, false)";
            case ne -> "not coalesce(m.metadata -> ?::text = ?::jsonb, false)";
            case in -> "coalesce(m.metadata -> ?::text = any (?::jsonb[]), false)";
            case nin -> "not coalesce(m.metadata -> ?::text = any (?::jsonb[]), false)";
            case gt -> ordered(">", value);
            case gte -> ordered(">=", value);
            case lt -> ordered("<", value);
            case lte -> ordered("<=", value);
            case contains ->
                "case jsonb_typeof(m.metadata -> ?::text) when 'string'"
                        + " then strpos(m.metadata ->> ?::text, ?::jsonb #>> '{}') > 0 else false end";
        };
        sql.append(condition);
        parameters.add(comparison.key());
        if (comparison.operator().takesMany()) {
            parameters.add(comparison.values().stream().map(JsonDocument::text).toList());
            return;
        }
        if (condition.startsWith("case")) {
            parameters.add(comparison.key());
        }
        parameters.add(value);
    }

    // PostgreSQL evaluates only the branch of a case that is taken, so no text is read as a number.
    private static String ordered(String operator, String value) {
        return value.startsWith("\"")
                ? "case jsonb_typeof(m.metadata -> ?::text) when 'string' then (m.metadata ->> ?::text) collate \"C\" "
                        + operator + " (?::jsonb #>> '{}') else false end"
                : "case jsonb_typeof(m.metadata -> ?::text) when 'number' then (m.metadata -> ?::text)::numeric "
                        + operator + " (?::jsonb)::numeric else false end";
    }
}
