package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;
import org.junit.jupiter.api.Test;

class MigrationPlannerTest {
    private static final Migration EXPAND = Migration.of("V1__a.sql", "create table memory.a (id int primary key)");
    private static final Migration DATA =
            Migration.of("V2__b.sql", "-- holdfast: data\ninsert into memory.a values (1)");
    private static final Migration CONTRACT = Migration.of("V3__c.sql", "-- holdfast: contract\ndrop table memory.old");
    private static final Migration REPEATABLE =
            Migration.of("R__views.sql", "create or replace view memory.v as select 1");
    private static final List<Migration> ROLLBACKS = List.of(
            Migration.of("U1__a.sql", "drop table memory.a"),
            Migration.of("U2__b.sql", "delete from memory.a"),
            Migration.of("U3__c.sql", "create table memory.old (id int primary key)"));
    private static final History NOTHING = new History(List.of());

    private static History history(Migration... applied) {
        return new History(Arrays.stream(applied)
                .map(file -> new AppliedMigration(
                        file.id(),
                        file.name(),
                        file.kind(),
                        Optional.of(file.checksum()),
                        Instant.parse("2026-01-31T10:00:00Z"),
                        1,
                        "test",
                        AppliedMigration.State.applied,
                        1))
                .toList());
    }

    private static MigrationPlan plan(MigrationOrder order, History primary, History failover, Migration... files) {
        List<Migration> all = new ArrayList<>(List.of(files));
        all.addAll(ROLLBACKS);
        return new MigrationPlanner(
                        new MigrationSet(List.of(), all),
                        Map.of(Cluster.primary, primary, Cluster.failover, failover),
                        Cluster.primary,
                        DatabaseFacts.empty(),
                        Set.of())
                .plan(order);
    }

    private static MigrationOrder run() {
        return new MigrationOrder(Direction.run, Optional.empty(), Set.of(), false, "test");
    }

    private static MigrationOrder back(String target) {
        return new MigrationOrder(
                Direction.rollback, Optional.of(MigrationVersion.of(target)), Set.of(), false, "test");
    }

    private static List<String> steps(MigrationPlan plan) {
        return plan.steps().stream()
                .map(step -> step.version() + " " + step.cluster())
                .toList();
    }

    @Test
    void theKindDecidesTheOrderOfTheClusters() {
        MigrationPlan plan = plan(run(), NOTHING, NOTHING, EXPAND, DATA, CONTRACT, REPEATABLE);

        assertThat(steps(plan))
                .containsExactly(
                        "1 failover",
                        "1 primary",
                        "2 primary",
                        "3 primary",
                        "3 failover",
                        "views failover",
                        "views primary");
    }

    @Test
    void whatOneClusterHasIsDoneOnTheOtherAlone() {
        assertThat(steps(plan(run(), history(EXPAND), NOTHING, EXPAND, CONTRACT)))
                .containsExactly("1 failover", "3 primary", "3 failover");
    }

    @Test
    void aTargetIsTheLastOneThatIsApplied() {
        MigrationOrder order =
                new MigrationOrder(Direction.run, Optional.of(MigrationVersion.of("1")), Set.of(), false, "test");

        assertThat(steps(plan(order, NOTHING, NOTHING, EXPAND, DATA, REPEATABLE)))
                .containsExactly("1 failover", "1 primary");
    }

    @Test
    void nobodyTakesAnythingAwayUnasked() {
        MigrationPlan plan = plan(MigrationOrder.automatic(), history(EXPAND), history(EXPAND), EXPAND, DATA, CONTRACT);

        assertThat(steps(plan)).containsExactly("2 primary");
        assertThat(plan.waiting()).containsExactly("3");
    }

    @Test
    void whereNothingIsYetNobodyCanBeInTheWayOfAContract() {
        MigrationPlan plan = plan(MigrationOrder.automatic(), NOTHING, NOTHING, EXPAND, CONTRACT);

        assertThat(steps(plan)).containsExactly("1 failover", "1 primary", "3 primary", "3 failover");
        assertThat(plan.waiting()).isEmpty();
    }

    @Test
    void aContractThatHasBegunIsEndedUnasked() {
        assertThat(steps(
                        plan(MigrationOrder.automatic(), history(EXPAND, CONTRACT), history(EXPAND), EXPAND, CONTRACT)))
                .containsExactly("3 failover");
    }

    @Test
    void aLowerVersionThatComesLaterIsAppliedAndTold() {
        MigrationPlan plan = plan(run(), history(CONTRACT), history(CONTRACT), EXPAND, CONTRACT);

        assertThat(plan.steps())
                .hasSize(2)
                .allSatisfy(step -> assertThat(step.outOfOrder()).isTrue());
        assertThat(plan.findings()).extracting(LintFinding::rule).contains("out-of-order");
    }

    @Test
    void anExpandBelowContractsIsAppliedUnaskedWhetherTheyWaitOrAreApplied() {
        Migration between = Migration.of("V2.1__between.sql", "create table memory.c (id int primary key)");

        MigrationPlan before =
                plan(MigrationOrder.automatic(), history(EXPAND), history(EXPAND), EXPAND, between, CONTRACT);
        MigrationPlan after = plan(
                MigrationOrder.automatic(),
                history(EXPAND, CONTRACT),
                history(EXPAND, CONTRACT),
                EXPAND,
                between,
                CONTRACT);

        assertThat(steps(before)).containsExactly("2.1 failover", "2.1 primary");
        assertThat(before.waiting()).containsExactly("3");
        assertThat(steps(after)).containsExactly("2.1 failover", "2.1 primary");
        assertThat(after.waiting()).isEmpty();
        assertThat(after.findings()).extracting(LintFinding::rule).contains("out-of-order");
        assertThat(after.obstacles(Set.of())).isEmpty();
    }

    @Test
    void aRepeatableFileIsRunAgainWhenItsTextIsAnother() {
        Migration changed = Migration.of("R__views.sql", "create or replace view memory.v as select 2");

        assertThat(steps(plan(run(), history(REPEATABLE), history(REPEATABLE), REPEATABLE)))
                .isEmpty();
        assertThat(steps(plan(run(), history(REPEATABLE), history(REPEATABLE), changed)))
                .hasSize(2);
    }

    @Test
    void anEditedVersionIsRefusedWithWhatToDo() {
        Migration edited = Migration.of("V1__a.sql", "create table memory.b (id int primary key)");

        assertThatThrownBy(() -> plan(run(), history(EXPAND), history(EXPAND), edited))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V1__a.sql")
                .hasMessageContaining("repair");
    }

    @Test
    void aRollbackGoesBackInTheOppositeOrder() {
        MigrationPlan plan = plan(
                back("0"), history(EXPAND, DATA, CONTRACT), history(EXPAND, DATA, CONTRACT), EXPAND, DATA, CONTRACT);

        assertThat(steps(plan))
                .containsExactly("3 failover", "3 primary", "2 primary", "2 failover", "1 primary", "1 failover");
    }

    @Test
    void whatHasNoFileIsNotTakenBack() {
        Migration other = Migration.of("V7__d.sql", "select 1");
        MigrationPlan plan = plan(back("3"), history(other), history(other), CONTRACT, other);

        assertThat(plan.obstacles(Set.of("missing-rollback")))
                .extracting(LintFinding::rule)
                .containsExactly("missing-rollback");
    }

    @Test
    void anUnknownTargetIsRefused() {
        assertThatThrownBy(() -> plan(back("17"), history(EXPAND), history(EXPAND), EXPAND))
                .hasMessageContaining("no version 17");
    }

    @Test
    void anErrorIsOverriddenByItsName() {
        Migration noKey = Migration.of("V8__e.sql", "create table memory.e (a int)");
        MigrationPlan plan = plan(run(), NOTHING, NOTHING, noKey);

        assertThat(plan.obstacles(Set.of())).hasSize(1);
        assertThat(plan.obstacles(Set.of("no-key"))).isEmpty();
        assertThat(plan.overridden(Set.of("no-key"))).hasSize(1);
    }

    @Test
    void aStepInJavaThatNobodyHasIsNotOverridden() {
        Migration java = Migration.of("V8__e.sql", "-- holdfast: data table=memory.a key=id java=gone");

        assertThat(plan(run(), NOTHING, NOTHING, java).obstacles(Set.of("java", "kind")))
                .extracting(LintFinding::rule)
                .containsExactly("java");
        assertThat(plan(run(), history(java), history(java), java).findings()).isEmpty();
    }

    @Test
    void whatComesWithTheApplicationHasNoFindingsButOneThatIsMeant() {
        MigrationSet shipped = new MigrationFiles(Optional.empty()).read();

        MigrationPlan plan = new MigrationPlanner(
                        shipped,
                        Map.of(Cluster.primary, NOTHING, Cluster.failover, NOTHING),
                        Cluster.primary,
                        DatabaseFacts.empty(),
                        Set.of())
                .plan(MigrationOrder.automatic());

        // Eight indexes concurrently, of a partition each.
        assertThat(plan.findings())
                .extracting(finding -> finding.version() + " " + finding.rule())
                .containsExactly("21.7 not-atomic");
        long onTheWriterAlone = shipped.versions().stream()
                .filter(file -> file.kind() == MigrationKind.data)
                .count();
        assertThat((long) plan.steps().size()).isEqualTo(2L * shipped.versions().size() - onTheWriterAlone);
    }
}
