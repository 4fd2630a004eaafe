package org.holdfast.migration;

import java.util.ArrayList;
import java.util.List;

/**
 * One statement of a script.
 *
 * @param line where it begins in its file, from 1
 * @param text without the comments before it and the semicolon after it
 * @param tokens at their places in {@code text}
 */
record SqlStatement(int line, String text, List<SqlToken> tokens) {
    private static final int EXCERPT_CHARS = 200;

    SqlStatement {
        tokens = List.copyOf(tokens);
    }

    /** The first characters, on one line. */
    String excerpt() {
        String line = text.replaceAll("\\s+", " ");
        return line.substring(0, Math.min(line.length(), EXCERPT_CHARS));
    }

    /** Where one word comes right after the other. */
    boolean has(String... words) {
        for (int from = 0; from + words.length <= tokens.size(); from++) {
            if (hasAt(from, words)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasAt(int from, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!tokens.get(from + i).is(words[i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * The statements of a script. A semicolon ends one unless it stands in brackets (a rule's actions) or in the body of a
     * function that is written in SQL itself ({@code begin atomic}), where the driver's own splitter would take everything
     * that follows for that body.
     */
    static List<SqlStatement> split(String script) {
        List<SqlStatement> statements = new ArrayList<>();
        List<SqlToken> open = new ArrayList<>();
        int brackets = 0;
        int blocks = 0;
        for (SqlToken token : SqlToken.of(script)) {
            if (token.is(";") && brackets == 0 && blocks == 0) {
                add(statements, script, open);
                open.clear();
                continue;
            }
            if (token.is("(")) {
                brackets++;
            } else if (token.is(")")) {
                brackets = Math.max(0, brackets - 1);
            } else if ((blocks > 0 && token.is("case")) || isBody(token, open)) {
                blocks++;
            } else if (blocks > 0 && token.is("end")) {
                blocks--;
            }
            open.add(token);
        }
        add(statements, script, open);
        return List.copyOf(statements);
    }

    private static boolean isBody(SqlToken token, List<SqlToken> before) {
        return token.is("atomic")
                && !before.isEmpty()
                && before.get(before.size() - 1).is("begin");
    }

    private static void add(List<SqlStatement> statements, String script, List<SqlToken> tokens) {
        if (tokens.isEmpty()) {
            return;
        }
        int begin = tokens.get(0).begin();
        int end = tokens.get(tokens.size() - 1).end();
        int line = 1
                + (int) script.substring(0, begin)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        statements.add(new SqlStatement(
                line,
                script.substring(begin, end),
                tokens.stream()
                        .map(token ->
                                new SqlToken(token.kind(), token.text(), token.begin() - begin, token.end() - begin))
                        .toList()));
    }
}
