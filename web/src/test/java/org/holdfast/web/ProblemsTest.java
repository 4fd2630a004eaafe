package org.holdfast.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.OutcomeUnknownException;
import org.holdfast.connection.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {
    @ParameterizedTest
    @CsvSource({
        "VALIDATION, 400",
        "CONFLICT, 409",
        "PERMISSION, 403",
        "SCHEMA, 500",
        "UNKNOWN, 500",
        "IN_DOUBT, 409",
    })
    void whatIsRefusedIsNotTriedAgain(ErrorCategory category, int status) {
        Problem problem = Problems.of(new RefusedException(category, "why"));

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.retryable()).isFalse();
        assertThat(problem.category()).isEqualTo(category.label());
    }

    @ParameterizedTest
    @CsvSource({"DEADLOCK, 409", "CONFLICT, 409", "CONNECTION, 503", "TIMEOUT, 503"})
    void whereNothingHappenedTheCallerMayTryAgain(ErrorCategory category, int status) {
        Problem problem = Problems.of(new NothingHappenedException(category, "why"));

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.retryable()).isTrue();
    }

    @Test
    void anUnknownOutcomeIsNotTriedAgainBlindly() {
        Problem problem = Problems.of(new OutcomeUnknownException(ErrorCategory.IN_DOUBT, "lost"));

        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.category()).isEqualTo("in-doubt");
        assertThat(problem.retryable()).isFalse();
    }

    @Test
    void theRoutersOwnWordsReachTheCallerAndTheDriversDoNot() {
        String words = "no node takes writes: primary down for 3.0 s";
        assertThat(Problems.of(new NothingHappenedException(ErrorCategory.CONNECTION, words))
                        .detail())
                .isEqualTo(words);

        SQLException driver = new SQLException("Connection to 10.1.2.3:5432 refused", "08001");
        assertThat(Problems.of(new NothingHappenedException(
                                ErrorCategory.CONNECTION, "node primary: " + driver.getMessage(), driver))
                        .detail())
                .doesNotContain("10.1.2.3");
    }

    @Test
    void ourOwnFailuresTellNothingOfTheInside() {
        Problem problem = Problems.of(new RefusedException(
                ErrorCategory.UNKNOWN, "the database failed, SQLSTATE XX000", new SQLException("secret", "XX000")));

        assertThat(problem.detail()).doesNotContain("XX000").doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 418, 429, 500, 503})
    void everyStatusHasAWholeProblem(int status) {
        Problem problem = Problems.ofStatus(status);

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.title()).isNotBlank();
        assertThat(problem.detail()).isNotBlank();
        assertThat(problem.type()).isEqualTo("urn:holdfast:problem:" + problem.category());
        assertThat(problem.retryable()).isEqualTo(status == 429 || status == 503);
    }
}
