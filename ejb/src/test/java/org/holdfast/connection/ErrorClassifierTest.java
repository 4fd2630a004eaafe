package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.OptimisticLockException;
import jakarta.transaction.SystemException;
import java.sql.SQLException;
import java.util.Optional;
import javax.transaction.xa.XAException;
import org.holdfast.topology.NodeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorClassifierTest {
    private static final NodeId NODE = new NodeId("primary");

    private static RuntimeException classify(Throwable failure, boolean mayHaveCommitted) {
        return ErrorClassifier.classify(NODE, failure, Optional.empty(), mayHaveCommitted);
    }

    @ParameterizedTest
    @CsvSource({
        "40P01, DEADLOCK, true",
        "40001, CONFLICT, true",
        "08006, CONNECTION, true",
        "57P01, CONNECTION, true",
        "53300, CONNECTION, true",
        "53100, CONNECTION, true",
        "25006, CONNECTION, true",
        "57014, TIMEOUT, true",
        "55P03, TIMEOUT, true",
        "25P03, TIMEOUT, true",
        "23505, CONFLICT, false",
        "23503, CONFLICT, false",
        "23514, VALIDATION, false",
        "22P02, VALIDATION, false",
        "42501, PERMISSION, false",
        "28P01, PERMISSION, false",
        "42P01, SCHEMA, false",
        "3F000, SCHEMA, false",
        "XX000, UNKNOWN, false",
    })
    void saysWhatASqlStateMeans(String state, ErrorCategory category, boolean isRetryable) {
        RuntimeException wrapped = new IllegalStateException(new SQLException("told by the database", state));

        assertThat(classify(wrapped, false)).isInstanceOfSatisfying(SessionException.class, known -> {
            assertThat(known.category()).isEqualTo(category);
            assertThat(known.isRetryable()).isEqualTo(isRetryable);
            assertThat(known).hasRootCauseMessage("told by the database");
        });
    }

    @Test
    void aConnectionLostInTheCommitLeavesTheOutcomeUnknown() {
        RuntimeException failure = ErrorClassifier.classify(
                NODE, new IllegalStateException(), Optional.of(new SQLException("gone", "08006")), true);

        assertThat(failure).isInstanceOfSatisfying(OutcomeUnknownException.class, known -> {
            assertThat(known.category()).isEqualTo(ErrorCategory.IN_DOUBT);
            assertThat(known.isRetryable()).isFalse();
        });
    }

    @Test
    void aRollbackInPlaceOfTheCommitThatFindsNoConnectionIsNoDoubt() {
        SystemException failure = new SystemException();
        failure.initCause(new XAException("This connection has been closed."));

        assertThat(classify(failure, false))
                .isInstanceOfSatisfying(
                        NothingHappenedException.class,
                        known -> assertThat(known.category()).isEqualTo(ErrorCategory.CONNECTION));
    }

    @Test
    void aConstraintRefusedInTheCommitIsNoDoubt() {
        RuntimeException failure = ErrorClassifier.classify(
                NODE, new IllegalStateException(), Optional.of(new SQLException("duplicate", "23505")), true);

        assertThat(failure).isInstanceOf(RefusedException.class);
    }

    @Test
    void aPoolThatGivesNoConnectionHasNoSqlState() {
        assertThat(classify(new IllegalStateException(new SQLException("Error in allocating a connection")), false))
                .isInstanceOfSatisfying(
                        NothingHappenedException.class,
                        known -> assertThat(known.category()).isEqualTo(ErrorCategory.CONNECTION));
    }

    @Test
    void aConcurrentChangeIsAConflict() {
        assertThat(classify(new OptimisticLockException("stale"), false))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        known -> assertThat(known.category()).isEqualTo(ErrorCategory.CONFLICT));
    }

    @Test
    void whatTheWorkThrewItselfStaysAsItIs() {
        IllegalStateException own = new IllegalStateException("the run has ended");
        RefusedException refused = new RefusedException(ErrorCategory.VALIDATION, "too long");

        assertThat(classify(own, false)).isSameAs(own);
        assertThat(classify(refused, false)).isSameAs(refused);
    }

    @Test
    void theServersPoolHidesTheStateOfTheDatabaseBehindItsOwnFailure() {
        SQLException pool = new SQLException("Error in allocating a connection", new SQLException("no", "53300"));

        assertThat(ErrorClassifier.sqlStateOf(new IllegalStateException(pool))).isEqualTo("53300");
        assertThat(ErrorClassifier.isUnreachable(pool)).isTrue();
        assertThat(ErrorClassifier.isUnreachable(new SQLException("read-only", "25006")))
                .isFalse();
        assertThat(ErrorClassifier.sqlStateOf(new IllegalStateException())).isEmpty();
    }
}
