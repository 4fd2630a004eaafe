package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    private List<ConsistencyToken> of(String actor, long epoch) {
        return tokens.of(caller(actor), Optional.empty(), epoch);
    }

    @Test
    void keepsTheNewestOfEachCaller() {
        tokens.written(caller("ann"), token(1, 9));
        tokens.written(caller("ann"), token(1, 5));
        tokens.written(caller("bob"), token(1, 3));

        assertThat(of("ann", 1)).containsExactly(token(1, 9));
        assertThat(of("bob", 1)).containsExactly(token(1, 3));
        assertThat(of("eve", 1)).isEmpty();
    }

    @Test
    void whatTheCallerNamesStandsInPlaceOfTheLastWriteAndBesidesTheLastRead() {
        tokens.written(caller("ann"), token(1, 9));
        tokens.read(caller("ann"), token(1, 4));

        assertThat(tokens.of(caller("ann"), Optional.of(token(1, 2)), 1)).containsExactly(token(1, 2), token(1, 4));
    }

    @Test
    void aWriteOutlivesASwitchAndAReadDoesNot() {
        tokens.written(caller("ann"), token(1, 9));
        tokens.read(caller("ann"), token(1, 12));

        assertThat(of("ann", 2)).containsExactly(token(1, 9));
    }

    @Test
    void aLaterEpochIsNewerWhateverThePosition() {
        tokens.written(caller("ann"), token(1, 900));
        tokens.written(caller("ann"), token(2, 1));

        assertThat(of("ann", 2)).containsExactly(token(2, 1));
    }

    @Test
    void forgetsThoseWhoWereQuietLongest() {
        for (int n = 0; n < 10_001; n++) {
            tokens.written(caller("caller " + n), token(1, n + 1));
        }

        assertThat(of("caller 0", 1)).isEmpty();
        assertThat(of("caller 10000", 1)).isNotEmpty();
    }
}
