package org.holdfast.failover;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON objects: numbers, truth values and documents as such, everything else as PostgreSQL's text. Secrets are not
 * shown: they would be kept where operators look, and a log-in can be repeated.
 */
final class SalvageJson {
    private static final String MASK = "***";
    private static final Set<String> SECRETS = Set.of("password_hash", "refresh_hash", "family_hash");

    private static final int BOOL = 16;
    private static final int JSONB = 3802;
    // int8, int2, int4, float4, float8, numeric
    private static final Set<Integer> NUMBERS = Set.of(20, 21, 23, 700, 701, 1700);
    // Not every number is one in JSON: NaN and Infinity are not.
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private SalvageJson() {}

    static String object(SalvagedRow row) {
        StringBuilder json = new StringBuilder("{");
        for (SalvagedValue value : row.values()) {
            if (json.length() > 1) {
                json.append(',');
            }
            string(json, value.column().name());
            json.append(':');
            value(json, value.column(), value.text());
        }
        return json.append('}').toString();
    }

    private static void value(StringBuilder json, SalvagedColumn column, @Nullable String text) {
        int type = column.typeId();
        if (text == null) {
            json.append("null");
        } else if (SECRETS.contains(column.name())) {
            string(json, MASK);
        } else if (type == BOOL) {
            json.append(text.equals("t"));
        } else if (type == JSONB
                || (NUMBERS.contains(type) && NUMBER.matcher(text).matches())) {
            json.append(text);
        } else {
            string(json, text);
        }
    }

    private static void string(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
