package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.topology.testing.Topologies.primaryWithReplicas;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.Topology;
import org.junit.jupiter.api.Test;

class CacheViewTest {
    private static final UUID TENANT = new UUID(0, 1);
    private static final SessionTokens.Since SINCE = new SessionTokens.Since(OptionalLong.of(7), OptionalLong.of(8));

    private final Topology topology =
            primaryWithReplicas(1).andFailoverWithReplicas(0).topology();

    private static SessionOptions options(Consistency consistency) {
        return new SessionOptions(Optional.of(TENANT), "ann", consistency, Optional.empty(), Durability.local);
    }

    private CacheView of(String node, AccessIntent intent, SessionOptions options) {
        Node routed = topology.node(new NodeId(node)).orElseThrow();
        return CacheView.of(topology, routed, intent, options, SINCE, 42);
    }

    @Test
    void onlyTheWritersHeadDoesNotLag() {
        SessionOptions options = options(Consistency.session);
        assertThat(of("primary", AccessIntent.READ, options).lagKnownNanos()).isEmpty();
        assertThat(of("replica1", AccessIntent.READ, options).lagKnownNanos()).hasValue(42);
        assertThat(of("failover", AccessIntent.READ, options).lagKnownNanos()).hasValue(42);
    }

    @Test
    void writesAndStrongReadsGoPastIt() {
        assertThat(of("primary", AccessIntent.WRITE, options(Consistency.eventual))
                        .mayHaveWritten())
                .isTrue();
        CacheView strong = of("primary", AccessIntent.READ, options(Consistency.strong));
        assertThat(strong.readsPast()).isTrue();
        assertThat(strong.mayHaveWritten()).as("others may use what it read").isFalse();
        for (Consistency each : new Consistency[] {Consistency.session, Consistency.eventual}) {
            CacheView view = of("primary", AccessIntent.READ, options(each));
            assertThat(view.readsPast() || view.mayHaveWritten()).as("%s", each).isFalse();
        }
    }

    @Test
    void eventualReadsNeedNobodysWord() {
        assertThat(of("primary", AccessIntent.READ, options(Consistency.session))
                        .since())
                .isEqualTo(SINCE);
        SessionTokens.Since nothing =
                of("primary", AccessIntent.READ, options(Consistency.eventual)).since();
        assertThat(nothing.shown()).isEmpty();
        assertThat(nothing.read()).isEmpty();
    }

    @Test
    void aTenantIsAPartitionAndWithoutOneNothingIsCached() {
        assertThat(of("primary", AccessIntent.READ, options(Consistency.session))
                        .partition())
                .contains(TENANT.toString());
        assertThat(of("primary", AccessIntent.READ, SessionOptions.anonymous()).partition())
                .isEmpty();
    }
}
