package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationLintTest {
    private static final DatabaseFacts FACTS = new DatabaseFacts(
            Map.of(
                    "memory.large", new TableFacts(2_000_000, 400L << 20, Set.of("checked"), true),
                    "memory.small", new TableFacts(50, 1 << 14, Set.of(), true),
                    "memory.empty", new TableFacts(0, 1 << 13, Set.of(), true),
                    "ops.large", new TableFacts(2_000_000, 400L << 20, Set.of(), false)),
            Set.of("gen_random_uuid", "clock_timestamp"));

    private static List<LintFinding> lint(String script) {
        return lint("V20__test.sql", script);
    }

    private static List<LintFinding> lint(String file, String script) {
        MigrationLint lint = new MigrationLint(FACTS, Set.of("other-step", "known-step"));
        lint.add(Migration.of(file, script), true);
        return lint.findings();
    }

    private static List<String> errors(String script) {
        return lint(script).stream()
                .filter(LintFinding::isError)
                .map(LintFinding::rule)
                .toList();
    }

    private static List<String> warnings(String script) {
        return lint(script).stream()
                .filter(finding -> !finding.isError())
                .map(LintFinding::rule)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rewrite              | alter table memory.large alter column a type bigint",
                "rewrite              | alter table only memory.large alter a set data type text using a::text",
                "rewrite              | alter table memory.large add column a uuid default gen_random_uuid()",
                "rewrite              | alter table memory.large add column if not exists a bigserial",
                "rewrite              | alter table memory.large add a int generated always as identity",
                "rewrite              | alter table memory.large set unlogged",
                "blocking-index       | create index i on memory.large (a)",
                "blocking-index       | create index on only memory.large using gin (a)",
                "blocking-index       | alter table ops.large add constraint u unique (a)",
                "blocking-index       | create unique index i on ops.large (a)",
                "unchecked-constraint | alter table memory.large add constraint f foreign key (a) references memory.small (id)",
                "unchecked-constraint | alter table memory.large add column a uuid references memory.small (id)",
                "unchecked-constraint | alter table ops.large add check (a > 0)",
                "required-column      | alter table memory.small add column a int not null",
                "no-key               | create table memory.made (a int)",
                "lock-out             | vacuum full memory.large",
                "lock-out             | cluster memory.large",
                "lock-out             | lock table memory.large",
                "lock-out             | reindex table memory.large",
                "transaction          | begin",
                "transaction          | commit",
                "kind                 | drop table memory.large",
                "kind                 | drop table if exists memory.small cascade",
                "kind                 | alter table memory.large drop column a",
                "kind                 | alter table memory.large rename to other",
                "kind                 | alter table memory.large rename column a to b",
                "kind                 | drop view memory.shown",
                "kind                 | update memory.large set a = 1",
                "kind                 | insert into memory.small (id) values (1)",
                "kind                 | truncate memory.large",
            })
    void anExpandThatHurtsALargeTableIsAnError(String rule, String statement) {
        assertThat(errors(statement)).containsExactly(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index concurrently i on memory.large (a)",
                "alter table memory.large add column a int",
                "alter table memory.large add column a int not null default 0",
                "alter table memory.large add column a timestamptz default now()",
                "alter table memory.large add constraint f foreign key (a) references memory.small (id) not valid",
                "alter table memory.large validate constraint f",
                "alter table memory.large drop constraint c",
                "alter table memory.large alter column a drop not null",
                "create table memory.made (id uuid primary key, a int)",
                "create table memory.made (id uuid, primary key (id)); create index i on memory.made (id);"
                        + " alter table memory.made add check (id is not null)",
                "create index i on memory.empty (a)",
                "alter table memory.empty alter column a set not null",
                "create or replace function memory.f() returns int language sql as $$ delete from memory.large; select 1 $$",
                "insert into ops.setting values (1)",
                "grant select, insert, update on memory.large to holdfast_app",
                "do $$ begin perform 1; end $$"
            })
    void whatHurtsNobodyIsNotTold(String script) {
        assertThat(lint(script).stream().filter(LintFinding::isError)).isEmpty();
    }

    @Test
    void whatASmallTableSuffersIsAWarning() {
        assertThat(lint("create index i on memory.small (a)")).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("blocking-index");
            assertThat(finding.isError()).isFalse();
            assertThat(finding.lock()).isEqualTo("SHARE");
        });
    }

    @Test
    void aFindingTellsPlaceLockAndDuration() {
        LintFinding finding =
                lint("select 1;\ncreate index i on memory.large (a)").get(0);

        assertThat(finding.version()).isEqualTo("20");
        assertThat(finding.line()).isEqualTo(2);
        assertThat(finding.statement()).isEqualTo("create index i on memory.large (a)");
        assertThat(finding.message()).contains("2000000 rows");
        assertThat(finding.estimatedMillis()).isGreaterThan(1000);
    }

    @Nested
    class WithContract {
        private static final String CONTRACT = "-- holdfast: contract\n";

        @Test
        void whatIsTakenAwayIsAWarning() {
            for (String statement : List.of(
                    "drop table memory.small",
                    "alter table memory.small drop column a",
                    "alter table memory.small rename column a to b")) {
                assertThat(warnings(CONTRACT + statement)).as(statement).containsExactly("old-application");
                assertThat(errors(CONTRACT + statement)).as(statement).isEmpty();
            }
        }

        @Test
        void whatAddsIsRefused() {
            assertThat(errors(CONTRACT + "alter table memory.small add column a int"))
                    .containsExactly("kind");
            assertThat(errors(CONTRACT + "create table memory.made (id int primary key)"))
                    .containsExactly("kind");
        }

        @Test
        void whatAllowsMoreWouldStopTheReplication() {
            assertThat(errors(CONTRACT + "alter table memory.small drop constraint c"))
                    .containsExactly("order");
        }

        @Test
        void notNullNeedsACheckThatIsValid() {
            assertThat(errors(CONTRACT + "alter table memory.large alter column a set not null"))
                    .containsExactly("not-null");
            assertThat(errors(CONTRACT + "alter table memory.large alter column checked set not null"))
                    .isEmpty();
        }

        @Test
        void aCheckOfAnEarlierVersionCounts() {
            MigrationLint lint = new MigrationLint(FACTS, Set.of("other-step", "known-step"));
            lint.add(
                    Migration.of(
                            "V20__a.sql",
                            CONTRACT
                                    + "alter table memory.large add constraint a_there check (a is not null) not valid"),
                    true);
            lint.add(
                    Migration.of("V21__b.sql", CONTRACT + "alter table memory.large validate constraint a_there"),
                    true);
            lint.add(
                    Migration.of("V22__c.sql", CONTRACT + "alter table memory.large alter column a set not null"),
                    true);

            assertThat(lint.findings()).isEmpty();
        }
    }

    @Test
    void whatAllowsLessBelongsIntoAContract() {
        for (String statement : List.of(
                "alter table memory.small add constraint c check (a > 0) not valid",
                "alter table memory.small alter column a set not null",
                "create unique index i on memory.small (a)")) {
            assertThat(errors(statement)).as(statement).containsExactly("order");
            assertThat(errors("-- holdfast: contract\n" + statement))
                    .as(statement)
                    .isEmpty();
        }
    }

    @Nested
    class WithData {
        private static final String CHUNKED = "-- holdfast: data table=memory.large key=id\n";

        @Test
        void oneStatementBetweenItsBoundsIsRight() {
            assertThat(lint(CHUNKED + "update memory.large set a = 1 where id > :after and id <= :upto"))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "update memory.large set a = 1",
                    "update memory.large set a = 1 where id > :after",
                    "update memory.large set a = 1 where id > :after and id <= :upto; select 1"
                })
        void boundsThatAreMissingAreAnError(String statement) {
            assertThat(errors(CHUNKED + statement)).containsExactly("kind");
        }

        @Test
        void aStepInJavaHasNoStatement() {
            assertThat(lint("-- holdfast: data table=memory.large key=id java=known-step\n-- Why."))
                    .isEmpty();
            assertThat(errors("-- holdfast: data table=memory.large key=id java=known-step\n"
                            + "update memory.large set a = 1 where id > :after and id <= :upto"))
                    .containsExactly("kind");
        }

        @Test
        void aStepInJavaThatNobodyHasIsAnErrorThatNamesThoseThereAre() {
            assertThat(lint("-- holdfast: data table=memory.large key=id java=knwon-step"))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.rule()).isEqualTo("java");
                        assertThat(finding.isError()).isTrue();
                        assertThat(finding.message())
                                .contains("V20__test.sql", "java=knwon-step", "known-step, other-step");
                    });
        }

        @Test
        void nothingElseIsDone() {
            assertThat(errors("-- holdfast: data\nalter table memory.small add column a int"))
                    .containsExactly("kind");
        }

        @Test
        void aLargeTableIsNotChangedAtOnce() {
            assertThat(errors("-- holdfast: data\nupdate memory.large set a = 1"))
                    .containsExactly("lock-out");
            assertThat(errors("-- holdfast: data\nupdate memory.small set a = 1"))
                    .isEmpty();
        }
    }

    @Test
    void aVersionThatCannotBeTakenBackIsTold() {
        MigrationLint lint = new MigrationLint(FACTS, Set.of("other-step", "known-step"));
        lint.add(Migration.of("V20__a.sql", "select 1"), false);

        assertThat(lint.findings()).extracting(LintFinding::rule).containsExactly("no-rollback");
    }

    @Test
    void aRollbackTellsWhatIsLost() {
        MigrationLint lint = new MigrationLint(FACTS, Set.of("other-step", "known-step"));
        lint.addRollback(Migration.of("U20__a.sql", "drop table memory.large; drop table memory.empty"));
        lint.addRollback(Migration.of("U19__a.sql", "alter table memory.small drop column a"));

        assertThat(lint.findings()).hasSize(2).allSatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("drops-rows");
            assertThat(finding.isError()).isFalse();
        });
    }

    @Test
    void outsideOfTransactionsHalfAFileMayStay() {
        assertThat(
                        warnings(
                                "create index concurrently i on memory.large (a); create index concurrently j on memory.large (b)"))
                .containsExactly("not-atomic");
    }
}
