package org.holdfast.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class EvidenceTest {
    private static SQLException poolFailure(Throwable cause) {
        return new SQLException(
                "no connection", new PSQLException("it failed", PSQLState.CONNECTION_UNABLE_TO_CONNECT, cause));
    }

    @Test
    void aRefusedAResetAndASilentlyClosedConnectionAreRefusals() {
        assertThat(Evidence.isRefusal(poolFailure(new ConnectException("Connection refused"))))
                .isTrue();
        assertThat(Evidence.isRefusal(poolFailure(new SocketException("Connection reset"))))
                .isTrue();
        assertThat(Evidence.isRefusal(poolFailure(new EOFException()))).isTrue();
    }

    @Test
    void silenceIsNone() {
        assertThat(Evidence.isRefusal(poolFailure(new SocketTimeoutException("Read timed out"))))
                .isFalse();
        assertThat(Evidence.isRefusal(new SQLException("no connection within 1000 ms")))
                .isFalse();
    }

    @Test
    void aServerThatSaysWhyItRefusesIsAlive() {
        SQLException startingUp = new SQLException(
                "no connection",
                new PSQLException(new ServerErrorMessage("SFATAL\0C57P03\0Mthe database system is starting up\0")));

        assertThat(Evidence.isRefusal(startingUp)).isFalse();
        assertThat(Evidence.isAlive(startingUp)).as("but it serves nobody").isFalse();
    }

    @Test
    void aHeadThatThisInstanceIsWrongForIsAliveAndOneThatCannotRenewIsNot() {
        assertThat(Evidence.isAlive(answer("HF002"))).as("another list").isTrue();
        assertThat(Evidence.isAlive(answer("42883"))).as("schema not there yet").isTrue();
        assertThat(Evidence.isAlive(answer("25006"))).as("read-only").isFalse();
        assertThat(Evidence.isAlive(answer("53100"))).as("disk full").isFalse();
        assertThat(Evidence.isAlive(poolFailure(new EOFException()))).isFalse();
    }

    private static SQLException answer(String sqlState) {
        return new SQLException(
                "no connection", new PSQLException(new ServerErrorMessage("SERROR\0C" + sqlState + "\0Mrefused\0")));
    }
}
