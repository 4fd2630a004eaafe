package org.holdfast.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.connection.SessionOptions;
import org.junit.jupiter.api.Test;

class IdempotentRequestTest {
    private static final SessionOptions CALLER = SessionOptions.system(new UUID(0, 1));

    private final IdempotentRequest request = new IdempotentRequest();
    private final AtomicInteger hashings = new AtomicInteger();

    private int ordinal() {
        return request.next(CALLER).orElseThrow().ordinal();
    }

    private void identify() {
        request.identify("key", () -> "hash " + hashings.incrementAndGet());
    }

    @Test
    void withoutAKeyOrATenantNothingIsKept() {
        assertThat(request.next(CALLER)).isEmpty();
        assertThat(request.isReplayed()).isFalse();

        identify();

        assertThat(request.next(SessionOptions.anonymous())).isEmpty();
        assertThat(hashings).hasValue(0);
    }

    @Test
    void onlyWhatWasCommittedCounts() {
        identify();

        assertThat(ordinal()).isZero();
        assertThat(ordinal()).as("the same work again, after it failed").isZero();
        request.committed(false);
        assertThat(ordinal()).isEqualTo(1);
        assertThat(hashings).hasValue(1);
    }

    @Test
    void anAnswerIsReplayedWhenAllOfItIs() {
        identify();

        request.committed(true);
        assertThat(request.isReplayed()).isTrue();
        request.committed(false);
        assertThat(request.isReplayed()).isFalse();
    }
}
