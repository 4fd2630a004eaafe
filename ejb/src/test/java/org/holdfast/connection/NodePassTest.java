package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.holdfast.topology.testing.Topologies.primaryWithReplicas;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.holdfast.connection.RoutingPolicy.Route;
import org.holdfast.topology.Node;
import org.junit.jupiter.api.Test;

class NodePassTest {
    private static final Connection CONNECTION = (Connection) Proxy.newProxyInstance(
            NodePassTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    private final Node node = primaryWithReplicas(0).topology().nodes().get(0);
    private final NodeGate gate = new NodeGate(
            node.id(),
            new GateConfig(
                    1,
                    5,
                    Duration.ofSeconds(1),
                    Duration.ofMillis(100),
                    new BreakerConfig(1, Duration.ofSeconds(1), Duration.ofSeconds(1))));
    private final OpenSessions open = new OpenSessions();
    private final SessionTrace trace = new SessionTrace(AccessIntent.READ, System.nanoTime());

    private NodePass enter() {
        trace.attempt(7);
        return NodePass.enter(gate, Route.to(node), trace, open);
    }

    @Test
    void countsOneConnectionForATransactionHoweverOftenItIsAskedFor() throws SQLException {
        try (NodePass pass = enter()) {
            assertThat(pass.acquire(() -> CONNECTION)).isSameAs(CONNECTION);
            pass.acquire(() -> CONNECTION);
            assertThat(gate.pool().active()).isEqualTo(1);
            assertThat(gate.pool().waiting()).isZero();

            pass.release();

            assertThat(gate.pool().active()).isZero();
            assertThat(pass.heldFor(System.nanoTime())).isZero();
        }
        assertThat(gate.pool().active()).isZero();
    }

    @Test
    void aSessionThatHoldsItsConnectionTooLongIsNamedOnceWithItsStack() throws SQLException {
        try (NodePass pass = enter()) {
            long now = System.nanoTime();
            assertThat(open.newlyHeldBeyond(Duration.ZERO, now)).isEmpty();
            pass.acquire(() -> CONNECTION);
            long later = System.nanoTime() + Duration.ofSeconds(10).toNanos();

            assertThat(open.newlyHeldBeyond(Duration.ofSeconds(11), later)).isEmpty();
            assertThat(open.newlyHeldBeyond(Duration.ofSeconds(10), later)).containsExactly(pass);
            assertThat(open.newlyHeldBeyond(Duration.ofSeconds(10), later)).isEmpty();

            assertThat(pass.where()).contains("aSessionThatHoldsItsConnectionTooLongIsNamedOnceWithItsStack");
            assertThat(open.olderThan(Duration.ofSeconds(10), later)).isEqualTo(1);
            assertThat(open.olderThan(Duration.ofSeconds(60), later)).isZero();
        }
        assertThat(open.olderThan(Duration.ZERO, System.nanoTime())).isZero();
    }

    @Test
    void aNodeThatCannotBeConnectedToOpensItsBreaker() {
        try (NodePass pass = enter()) {
            assertThatThrownBy(() -> pass.acquire(() -> {
                        throw new SQLException("pool", new SQLException("refused", "08001"));
                    }))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(gate.breaker().state()).isEqualTo(BreakerState.OPEN);
        assertThat(gate.pool().active()).isZero();
        assertThat(gate.pool().waiting()).isZero();
    }

    @Test
    void anExhaustedPoolAndAnAnswerThatIsNoneOfTheConnectionDoNot() throws SQLException {
        try (NodePass holding = enter();
                NodePass waiting = enter()) {
            holding.acquire(() -> CONNECTION);
            assertThatThrownBy(() -> waiting.acquire(() -> {
                        throw new SQLException("In-use connections equal max-pool-size");
                    }))
                    .isInstanceOf(SQLException.class);
            holding.couldNotConnect(new SQLException("read-only", "25006"));
            holding.couldNotConnect(new SQLException("denied", "42501"));
        }
        assertThat(gate.breaker().state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void aSessionThatWantsNoConnectionNamesNoNode() {
        try (NodePass pass = enter()) {
            assertThat(pass.isNodeAsked()).isFalse();
        }
        assertThat(trace.ended(Optional.empty(), System.nanoTime()).node()).isEmpty();
    }

    @Test
    void tellsHowASessionEnded() throws SQLException {
        try (NodePass pass = enter()) {
            pass.acquire(() -> CONNECTION);
            assertThat(pass.isNodeAsked()).isTrue();
        }
        trace.attempt(8);
        trace.waited(5);
        SQLException cause = new SQLException("terminating", "57P01");

        SessionEnded ended = trace.ended(
                Optional.of(new OutcomeUnknownException(ErrorCategory.IN_DOUBT, "lost", cause)), System.nanoTime());

        assertThat(ended.node()).contains(node.id());
        assertThat(ended.outcome()).isEqualTo(SessionOutcome.IN_DOUBT);
        assertThat(ended.category()).contains(ErrorCategory.IN_DOUBT);
        assertThat(ended.sqlState()).isEqualTo("57P01");
        assertThat(ended.epoch()).isEqualTo(8);
        assertThat(ended.attempts()).isEqualTo(2);
        assertThat(ended.connectionWait()).isGreaterThanOrEqualTo(Duration.ofNanos(5));
        assertThat(trace.ended(Optional.empty(), System.nanoTime()).outcome()).isEqualTo(SessionOutcome.COMMITTED);
        assertThat(trace.ended(Optional.of(new IllegalStateException()), System.nanoTime())
                        .outcome())
                .isEqualTo(SessionOutcome.ROLLED_BACK);
    }
}
