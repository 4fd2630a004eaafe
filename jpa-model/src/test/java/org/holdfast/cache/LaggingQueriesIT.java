package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.holdfast.cache.entities.Team;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Instances one and two work on the primary, a third one reads from a replica whose replay the tests stop. */
class LaggingQueriesIT extends TwoInstances {
    private static final HotQuery<String> TEAMS =
            HotQuery.ofValues("teams", HotQueriesIT.TEXT, 20, Duration.ofMinutes(5));

    private final Instance lagging =
            Instance.startLagging(servers, unit, properties()).awaitTrust();

    // Longer than the replica lags in any of these tests.
    @Override
    Map<String, String> properties() {
        return Map.of("holdfast.cache.lag-window-millis", "5000");
    }

    @BeforeEach
    void oneThatTheReplicaHas() {
        servers.goOnWithReplay();
        servers.execute("truncate cachetest.person_tag, cachetest.passport, cachetest.person, cachetest.team");
        store(new Team(1, "Analysts"));
        within(10, servers::isReplicaUpToDate);
    }

    @AfterEach
    void stopTheThird() {
        servers.goOnWithReplay();
        lagging.close();
    }

    private static void within(long seconds, BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(20))
                .until(condition::getAsBoolean);
    }

    private static List<String> teams(Instance instance) {
        return instance.read(entities -> HotQueries.of(entities)
                .list(
                        TEAMS,
                        List.of(),
                        List.of(QueryTag.of(Team.class)),
                        () -> entities.createQuery("select t.name from Team t order by t.id", String.class)
                                .getResultList()));
    }

    private static CacheSnapshot.QueryCounts counts(Instance instance) {
        return instance.snapshot().queries().stream()
                .findFirst()
                .orElse(new CacheSnapshot.QueryCounts(TEAMS.name(), 0, 0, 0, 0, 0));
    }

    /** Until the third instance's own results are kept, and the others are served them. */
    private void watched() {
        within(20, () -> {
            teams(lagging);
            return counts(lagging).fills() > 0;
        });
        within(5, () -> {
            teams(two);
            return counts(two).redisHits() > 0;
        });
    }

    @Test
    void whatAReplicaFindsIsKeptOnceNothingHasChangedForAWindow() {
        teams(lagging);
        assertThat(counts(lagging).refusedFills()).isEqualTo(1);
        watched();
        assertThat(teams(two)).containsExactly("Analysts");
    }

    @Test
    void aStaleResultOfAReplicaIsNeverKept() {
        watched();
        servers.stopReplay();
        one.write(entities -> entities.persist(new Team(2, "Poets")));
        within(5, () -> teams(two).size() == 2);
        long fills = counts(lagging).fills();
        for (int each = 0; each < 20; each++) {
            teams(lagging);
            assertThat(teams(one)).containsExactly("Analysts", "Poets");
            assertThat(teams(two)).containsExactly("Analysts", "Poets");
        }
        assertThat(counts(lagging).fills()).isEqualTo(fills);
    }

    @Test
    void aStaleResultOfAReplicaIsNotKeptEitherWhenItsTagIsLost() {
        watched();
        servers.stopReplay();
        one.write(entities -> entities.persist(new Team(2, "Poets")));
        within(5, () -> teams(two).size() == 2);
        long fills = counts(lagging).fills();
        servers.evictRowsOfRedis();
        for (int each = 0; each < 20; each++) {
            teams(lagging);
            assertThat(teams(two)).containsExactly("Analysts", "Poets");
        }
        servers.flushRedis();
        for (int each = 0; each < 20; each++) {
            teams(lagging);
            assertThat(teams(two)).containsExactly("Analysts", "Poets");
        }
        assertThat(counts(lagging).fills()).isEqualTo(fills);
    }
}
