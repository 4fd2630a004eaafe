package org.holdfast.it.bench.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.embedding.Embedding;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.holdfast.it.RunningSystem;
import org.holdfast.it.bench.search.IsolatedTenants.Row;
import org.holdfast.it.bench.search.IsolatedTenants.Tenant;
import org.junit.jupiter.api.Test;

class VerdictsTest {
    private static final UUID TENANT = UUID.randomUUID();
    private static final UUID AGENT = UUID.randomUUID();

    private final Row near = row(TENANT, AGENT, 1, 0);
    private final Row far = row(TENANT, AGENT, 0, 1);
    private final Row ofAnotherAgent = row(TENANT, UUID.randomUUID(), 1, 0);
    private final Row foreign = row(UUID.randomUUID(), UUID.randomUUID(), 1, 0);
    private final Verdicts verdicts = new Verdicts(
            Stream.of(near, far, ofAnotherAgent, foreign).collect(Collectors.toMap(Row::id, Function.identity())));

    private static Row row(UUID tenant, UUID agent, float x, float y) {
        return new Row(
                UUID.randomUUID(), tenant, agent, "CONTEXT", "talk", Set.of(), "text", Embedding.from(new float[] {x, y
                }));
    }

    private boolean isGood(int limit, Row... answered) {
        Tenant tenant = new Tenant(
                TENANT,
                List.of(AGENT),
                List.of(near, far, ofAnotherAgent),
                new Api(URI.create("http://localhost"), new RunningSystem.Credentials("nobody", "none")));
        Wanted wanted = new Wanted(
                tenant,
                "text",
                near.vector(),
                Optional.of(AGENT),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Wanted.Mode.vector,
                Wanted.Quality.SPEED,
                limit);
        verdicts.judge(wanted, Stream.of(answered).map(Row::id).toList(), limit, true);
        return verdicts.isGood();
    }

    @Test
    void theNearestOfTheAgentAreRight() {
        assertThat(isGood(2, near, far)).isTrue();
        assertThat(isGood(1, near)).isTrue();
        assertThat(isGood(10, near, far)).as("as many as there are").isTrue();
    }

    @Test
    void aRowOfAnotherTenantIsFound() {
        assertThat(isGood(2, near, foreign)).isFalse();
        assertThat(verdicts.told()).singleElement().asString().startsWith("1 foreign");
    }

    @Test
    void aRowThatIsKnownToNobodyIsForeign() {
        assertThat(new Verdicts(Map.of()).isGood()).isTrue();
        assertThat(isGood(2, near, row(TENANT, AGENT, 1, 0))).isFalse();
    }

    @Test
    void aRowThatWasNotAskedForIsFound() {
        assertThat(isGood(2, near, ofAnotherAgent)).isFalse();
    }

    @Test
    void tooFewAreFound() {
        assertThat(isGood(2, near)).isFalse();
    }

    @Test
    void aRowThatComesTwiceIsFound() {
        assertThat(isGood(2, near, near)).isFalse();
    }

    @Test
    void aNearerRowThatIsMissingIsFound() {
        assertThat(isGood(1, far)).isFalse();
    }
}
