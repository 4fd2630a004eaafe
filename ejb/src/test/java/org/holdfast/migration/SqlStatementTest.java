package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlStatementTest {
    private static List<String> texts(String script) {
        return SqlStatement.split(script).stream().map(SqlStatement::text).toList();
    }

    @Test
    void semicolonsInLiteralsNamesAndCommentsEndNothing() {
        assertThat(
                        texts(
                                "-- a; b\ncreate table \"a;b\" (x text default 'it''s; so'); /* c; /* d; */ */ select E'\\'; ' , $$;$$, $x$ $$ ; $x$;"))
                .containsExactly(
                        "create table \"a;b\" (x text default 'it''s; so')", "select E'\\'; ' , $$;$$, $x$ $$ ; $x$");
    }

    @Test
    void theBodyOfAFunctionInSqlIsPartOfItsStatement() {
        assertThat(texts(
                        "create function f(x int) returns int begin atomic select case when x > 0 then 1 end; select 2; end;"
                                + " create table t (id int primary key);"))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("create table t");
    }

    @Test
    void theActionsOfARuleArePartOfIt() {
        assertThat(texts("create rule r as on insert to t do also (delete from a; delete from b); select 1"))
                .hasSize(2);
    }

    @Test
    void nothingButCommentsIsNoStatement() {
        assertThat(texts("-- only this\n;;\n/* and this */")).isEmpty();
    }

    @Test
    void aStatementKnowsTheLineOfItsFirstWord() {
        assertThat(SqlStatement.split("-- one\n\nselect 1;\n-- four\nselect\n 2;"))
                .extracting(SqlStatement::line)
                .containsExactly(3, 5);
    }

    @Test
    void boundsAreFoundAndCastsAreNot() {
        List<SqlToken> tokens = SqlStatement.split("update t set a = b::text where id > :after and id <= :upto")
                .get(0)
                .tokens();

        assertThat(tokens.stream().filter(token -> token.kind() == SqlToken.Kind.PARAMETER))
                .extracting(SqlToken::text)
                .containsExactly("after", "upto");
    }

    @Test
    void anExcerptIsShortAndOnOneLine() {
        SqlStatement statement =
                SqlStatement.split("select\n" + "x,".repeat(300) + "1").get(0);

        assertThat(statement.excerpt()).hasSize(200).doesNotContain("\n");
    }
}
