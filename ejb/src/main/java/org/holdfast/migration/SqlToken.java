package org.holdfast.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postgresql.core.Parser;

/**
 * A word of SQL and where it stands in its text. Comments and blanks are none. What ends a literal, a comment or a body in
 * dollar quotes is decided by the driver's own lexer.
 *
 * @param text in lower case for a {@link Kind#WORD}, without its quotes for {@link Kind#QUOTED} and {@link Kind#LITERAL}
 * @param begin its first character, from 0
 * @param end after its last character
 */
record SqlToken(Kind kind, String text, int begin, int end) {
    enum Kind {
        WORD,
        QUOTED,
        LITERAL,
        NUMBER,
        /** {@code :name}, which is not SQL but ours. */
        PARAMETER,
        SYMBOL
    }

    boolean is(String word) {
        return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(word);
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }

    static List<SqlToken> of(String sql) {
        char[] chars = sql.toCharArray();
        List<SqlToken> tokens = new ArrayList<>();
        int at = 0;
        while (at < chars.length) {
            int comment = endOfComment(chars, at);
            if (comment > at) {
                at = comment;
            } else if (Character.isWhitespace(chars[at])) {
                at++;
            } else {
                SqlToken token = next(sql, chars, at);
                tokens.add(token);
                at = token.end;
            }
        }
        return List.copyOf(tokens);
    }

    private static int endOfComment(char[] sql, int at) {
        int last = switch (sql[at]) {
            case '-' -> Parser.parseLineComment(sql, at);
            case '/' -> Parser.parseBlockComment(sql, at);
            default -> at;
        };
        return last > at ? Math.min(last + 1, sql.length) : at;
    }

    private static SqlToken next(String sql, char[] chars, int at) {
        char first = chars[at];
        if (first == '\'') {
            return quoted(Kind.LITERAL, sql, at, Parser.parseSingleQuotes(chars, at, true));
        }
        if (first == '"') {
            return quoted(Kind.QUOTED, sql, at, Parser.parseDoubleQuotes(chars, at));
        }
        if (first == '$') {
            int last = Parser.parseDollarQuotes(chars, at);
            if (last > at) {
                return quoted(Kind.LITERAL, sql, at, last);
            }
        }
        if (Parser.isIdentifierStartChar(first)) {
            int end = endOfName(chars, at);
            return new SqlToken(Kind.WORD, sql.substring(at, end).toLowerCase(Locale.ROOT), at, end);
        }
        if (Character.isDigit(first)) {
            int end = endOfName(chars, at);
            return new SqlToken(Kind.NUMBER, sql.substring(at, end), at, end);
        }
        if (first == ':' && at + 1 < chars.length) {
            if (chars[at + 1] == ':') {
                return new SqlToken(Kind.SYMBOL, "::", at, at + 2);
            }
            if (Parser.isIdentifierStartChar(chars[at + 1])) {
                int end = endOfName(chars, at + 1);
                return new SqlToken(Kind.PARAMETER, sql.substring(at + 1, end), at, end);
            }
        }
        return new SqlToken(Kind.SYMBOL, String.valueOf(first), at, at + 1);
    }

    private static SqlToken quoted(Kind kind, String sql, int at, int last) {
        int end = Math.min(last + 1, sql.length());
        String text = sql.substring(at, end);
        if (kind == Kind.QUOTED && text.length() >= 2) {
            text = text.substring(1, text.length() - 1).replace("\"\"", "\"");
        }
        return new SqlToken(kind, text, at, end);
    }

    private static int endOfName(char[] sql, int at) {
        int end = at;
        while (end < sql.length && Parser.isIdentifierContChar(sql[end])) {
            end++;
        }
        return Math.max(end, at + 1);
    }
}
