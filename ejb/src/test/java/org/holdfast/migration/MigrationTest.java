package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationTest {
    @Test
    void theNameTellsVersionAndMeaning() {
        Migration file = Migration.of("V2_1__add_a_table.sql", "select 1");

        assertThat(file.id()).isEqualTo("V2.1");
        assertThat(file.name()).isEqualTo("add a table");
        assertThat(file.kind()).isEqualTo(MigrationKind.expand);
        assertThat(file.isInTransaction()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1,2", "1.9,1.10", "9,10", "1,1.1", "20260131,20260201"})
    void versionsAreOrderedByTheirNumbers(String lower, String higher) {
        assertThat(MigrationVersion.of(lower)).isLessThan(MigrationVersion.of(higher));
    }

    @Test
    void trailingZerosMakeNoOtherVersion() {
        assertThat(MigrationVersion.of("1.0"))
                .isEqualTo(MigrationVersion.of("1"))
                .hasToString("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1.", ".1", "1..2", "-1", "1234567890123456789012"})
    void whatIsNoVersionIsRefused(String text) {
        assertThatThrownBy(() -> MigrationVersion.of(text)).hasMessageContaining("no version");
    }

    @Test
    void aHeaderDeclaresKindAndChunks() {
        Migration file = Migration.of(
                "V3__fill.sql",
                "-- What for.\n-- holdfast: data table=memory.memory key=id chunk=500\nupdate memory.memory set a = 1"
                        + " where id > :after and id <= :upto");

        assertThat(file.kind()).isEqualTo(MigrationKind.data);
        assertThat(file.header().backfill())
                .isEqualTo(Optional.of(new Backfill("memory.memory", "id", 500, Optional.empty())));
    }

    @Test
    void aHeaderNamesAStepInJava() {
        Migration file = Migration.of("V3__fill.sql", "-- holdfast: data table=memory.memory key=id java=fill-2");

        assertThat(file.header().backfill())
                .contains(new Backfill("memory.memory", "id", Backfill.CHUNK_DEFAULT, Optional.of("fill-2")));
        assertThat(file.statements()).isEmpty();
    }

    @Test
    void nothingIsTakenBackInJava() {
        assertThatThrownBy(() -> Migration.of("U3__fill.sql", "-- holdfast: data table=a.b key=c java=fill"))
                .hasMessageStartingWith("U3__fill.sql: ")
                .hasMessageContaining("java=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- holdfast: expends",
                "-- holdfast: data table=memory key=id",
                "-- holdfast: data table=a.b",
                "-- holdfast: data table=a.b key=c chunk=0",
                "-- holdfast: data table=a.b key=c chunk=many",
                "-- holdfast: expand table=a.b key=c",
                "-- holdfast: data java=step",
                "-- holdfast: expand table=a.b key=c java=step",
                "-- holdfast: data transaction=none",
                "-- holdfast: expand transaction=some",
                "-- holdfast: expand colour=red"
            })
    void aHeaderThatIsNotUnderstoodIsRefusedWithTheFilesName(String header) {
        assertThatThrownBy(() -> Migration.of("V1__a.sql", header + "\nselect 1"))
                .isInstanceOf(MigrationException.class)
                .hasMessageStartingWith("V1__a.sql: ");
    }

    @Test
    void aHeaderAfterTheFirstStatementIsAComment() {
        assertThat(Migration.of("V1__a.sql", "select 1;\n-- holdfast: contract").kind())
                .isEqualTo(MigrationKind.expand);
    }

    @Test
    void endsOfLinesChangeNoChecksum() {
        assertThat(Migration.of("V1__a.sql", "select 1;\r\nselect 2;\r\n").checksum())
                .isEqualTo(Migration.of("V1__a.sql", "select 1;\nselect 2;\n").checksum())
                .isNotEqualTo(
                        Migration.of("V1__a.sql", "select 1;\nselect 3;\n").checksum());
    }

    @Test
    void aConcurrentIndexIsOutsideOfTransactionsWithoutBeingTold() {
        assertThat(Migration.of("V1__a.sql", "create index concurrently i on t (a)")
                        .isInTransaction())
                .isFalse();
        assertThat(Migration.of("V1__a.sql", "-- holdfast: expand transaction=none\nselect 1")
                        .isInTransaction())
                .isFalse();
    }

    @Test
    void twoFilesOfOneVersionAreRefused() {
        List<Migration> files = List.of(Migration.of("V1__a.sql", "select 1"), Migration.of("V1.0__b.sql", "select 1"));

        assertThatThrownBy(() -> new MigrationSet(List.of(), files))
                .hasMessageContaining("V1__a.sql")
                .hasMessageContaining("V1.0__b.sql");
    }

    @Test
    void whatComesWithTheApplicationMakesVectorsOfAnyLengthAndStaysTheSameFile() {
        MigrationSet usual = new MigrationFiles(Optional.empty()).read();
        MigrationSet longer = new MigrationFiles(Optional.empty(), 1536).read();

        assertThat(longer.versions())
                .extracting(Migration::checksum)
                .isEqualTo(usual.versions().stream().map(Migration::checksum).toList());
        assertThat(texts(usual)).contains("vector(384)", "halfvec(384)").doesNotContain("(1536)");
        assertThat(texts(longer)).contains("vector(1536)", "halfvec(1536)").doesNotContain("384");
    }

    private static String texts(MigrationSet files) {
        return files.versions().stream()
                .flatMap(file -> Stream.concat(
                        file.statements().stream(),
                        files.rollback(file.version().orElseThrow()).orElseThrow().statements().stream()))
                .map(SqlStatement::text)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void whatComesWithTheApplicationIsUnderstoodAndCanBeTakenBack() {
        MigrationSet shipped = new MigrationFiles(Optional.empty()).read();

        assertThat(shipped.versions()).hasSizeGreaterThan(7);
        assertThat(shipped.versions())
                .allSatisfy(file -> assertThat(shipped.rollback(file.version().orElseThrow()))
                        .as("rollback of %s", file.file())
                        .isPresent());
    }
}
