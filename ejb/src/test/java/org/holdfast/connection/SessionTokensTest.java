package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.holdfast.topology.LogPosition;
import org.junit.jupiter.api.Test;

class SessionTokensTest {
    private static final UUID TENANT = new UUID(0, 1);

    private final SessionTokens tokens = new SessionTokens();

    private static SessionOptions caller(String actor) {
        return new SessionOptions(Optional.of(TENANT), actor, Consistency.session, Optional.empty(), Durability.local);
    }

    private static ConsistencyToken token(long epoch, long position) {
        return new ConsistencyToken(epoch, new LogPosition(position));
    }

    @Test
    void keepsTheNewestOfEachCaller() {
        tokens.remember(caller("ann"), token(1, 9));
        tokens.remember(caller("ann"), token(1, 5));
        tokens.remember(caller("bob"), token(1, 3));

        assertThat(tokens.of(caller("ann"))).contains(token(1, 9));
        assertThat(tokens.of(caller("bob"))).contains(token(1, 3));
        assertThat(tokens.of(caller("eve"))).isEmpty();
    }

    @Test
    void aLaterEpochIsNewerWhateverThePosition() {
        tokens.remember(caller("ann"), token(1, 900));
        tokens.remember(caller("ann"), token(2, 1));

        assertThat(tokens.of(caller("ann"))).contains(token(2, 1));
    }

    @Test
    void forgetsThoseWhoWereQuietLongest() {
        for (int n = 0; n < 10_001; n++) {
            tokens.remember(caller("caller " + n), token(1, n + 1));
        }

        assertThat(tokens.of(caller("caller 0"))).isEmpty();
        assertThat(tokens.of(caller("caller 10000"))).isPresent();
    }
}
