package org.holdfast.cache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PendingTest {
    private final Pending<String, String> pending = new Pending<>(2);

    @Test
    void theHighestVersionIsTold() {
        pending.add("r", "a", 5);
        pending.add("r", "a", 3);
        assertPending(Map.of("a", 5L), Set.of());
    }

    @Test
    void tooManyKeysBecomeTheirRegion() {
        pending.add("r", "a", 1);
        pending.add("s", "b", 1);
        pending.add("r", "c", 1);
        assertPending(Map.of("b", 1L), Set.of("r"));
    }

    @Test
    void whatWasRaisedMeanwhileStaysPending() {
        pending.add("r", "a", 1);
        pending.add("r", "b", 1);
        Pending.Batch<String, String> told = pending.batch();
        pending.add("r", "a", 2);
        pending.confirm(told);
        assertPending(Map.of("a", 2L), Set.of());
    }

    @Test
    void whatWasAddedAgainMeanwhileStaysPending() {
        pending.add("r", "a", 1);
        pending.addRegion("s");
        pending.addRegion("t");
        Pending.Batch<String, String> told = pending.batch();
        pending.add("r", "a", 1);
        pending.addRegion("s");
        pending.add("t", "x", 1);
        pending.confirm(told);
        assertPending(Map.of("a", 1L), Set.of("s", "t"));
    }

    private void assertPending(Map<String, Long> keys, Set<String> regions) {
        Pending.Batch<String, String> batch = pending.batch();
        assertThat(batch.keys()).isEqualTo(keys);
        assertThat(batch.regions()).isEqualTo(regions);
    }
}
