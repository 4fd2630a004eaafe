package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
        tokens.read(caller("ann"), token(1, 4), 0);

        assertThat(tokens.of(caller("ann"), Optional.of(token(1, 2)), 1)).containsExactly(token(1, 2), token(1, 4));
    }

    @Test
    void aWriteOutlivesASwitchAndAReadDoesNot() {
        tokens.written(caller("ann"), token(1, 9));
        tokens.read(caller("ann"), token(1, 12), 0);

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

    private OptionalLong mustKnowSince(ConsistencyToken shown, long nowNanos) {
        return tokens.since(
                        new SessionOptions(
                                Optional.of(TENANT), "ann", Consistency.session, Optional.of(shown), Durability.local),
                        nowNanos)
                .shown();
    }

    @Test
    void whatWasWrittenHereNeedsNobodyElsesWord() {
        tokens.written(caller("ann"), token(1, 9));

        assertThat(tokens.since(caller("ann"), 100).shown()).isEmpty();
        assertThat(mustKnowSince(token(1, 9), 100)).isEmpty();
    }

    @Test
    void anothersTokenNeedsItSinceItWasFirstShown() {
        assertThat(mustKnowSince(token(1, 9), 100)).hasValue(100);
        assertThat(mustKnowSince(token(1, 9), 200)).hasValue(100);
        assertThat(mustKnowSince(token(1, 8), 300)).hasValue(100);
        assertThat(mustKnowSince(token(1, 10), 400)).hasValue(400);
        assertThat(mustKnowSince(token(2, 1), 500)).hasValue(500);
    }

    @Test
    void anEarlierWriteOfThisInstanceDoesNotVouchForAnothersToken() {
        tokens.written(caller("ann"), token(1, 20));

        assertThat(mustKnowSince(token(1, 9), 100)).hasValue(100);
    }

    @Test
    void whatWasReadNeedsItSinceTheNewestRead() {
        tokens.read(caller("ann"), token(1, 9), 100);
        tokens.read(caller("ann"), token(1, 9), 150);
        tokens.read(caller("ann"), token(1, 7), 200);

        assertThat(tokens.since(caller("ann"), 300).read()).hasValue(100);

        tokens.read(caller("ann"), token(1, 10), 400);

        assertThat(tokens.since(caller("ann"), 450).read()).hasValue(400);
        assertThat(mustKnowSince(token(1, 2), 350))
                .as("which is another matter")
                .hasValue(350);
        assertThat(tokens.since(caller("bob"), 500).read()).isEmpty();
    }
}
