package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.RollbackException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.holdfast.cache.entities.Person;
import org.holdfast.cache.entities.Team;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Instances one and two work on the primary, a third one reads from a replica whose replay the tests stop. */
class LaggingReplicaIT extends TwoInstances {
    private final Instance lagging =
            Instance.startLagging(servers, unit, properties()).awaitTrust();
    private UUID id = UUID.randomUUID();

    // Longer than the replica lags in any of these tests.
    @Override
    Map<String, String> properties() {
        return Map.of("holdfast.cache.lag-window-millis", "5000");
    }

    @BeforeEach
    void oneThatTheReplicaHas() {
        servers.goOnWithReplay();
        servers.execute("truncate cachetest.person_tag, cachetest.passport, cachetest.person, cachetest.team");
        Person ada = new Person("Ada");
        id = ada.id;
        store(ada, new Team(1, "Analysts"));
        within(10, servers::isReplicaUpToDate);
    }

    @AfterEach
    void stopTheThird() {
        servers.goOnWithReplay();
        lagging.close();
    }

    private static void within(long seconds, BooleanSupplier condition) {
        Awaitility.await().atMost(Duration.ofSeconds(seconds)).until(condition::getAsBoolean);
    }

    private String nameIn(Instance instance) {
        return instance.read(entities -> entities.find(Person.class, id).name);
    }

    private String freshIn(Instance instance) {
        instance.factory().getCache().evictAll();
        return nameIn(instance);
    }

    /** Until the third instance has watched Redis for a window, and Redis takes what it read. */
    private void watched() {
        within(20, () -> {
            long fills = lagging.counts("Person").fills();
            freshIn(lagging);
            // The answer of Redis comes after the read.
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> lagging.counts("Person").fills() > fills
                            || lagging.counts("Person").redisHits() > 0
                            || lagging.counts("Person").refusedPuts() > 0);
            return lagging.counts("Person").fills() > 0;
        });
    }

    @Test
    void whatAReplicaSaysIsKeptOnceRedisHasBeenWatched() {
        watched();
        assertThat(freshIn(two)).isEqualTo("Ada");
        assertThat(two.counts("Person").redisHits()).isPositive();
    }

    @Test
    void aStaleRowOfAReplicaIsNeverKept() {
        watched();
        servers.stopReplay();
        one.write(entities -> entities.find(Person.class, id).rename("Grace"));
        assertThat(freshIn(lagging)).as("the replica has nothing else").isEqualTo("Ada");
        for (int each = 0; each < 20; each++) {
            freshIn(lagging);
            assertThat(freshIn(two)).isEqualTo("Grace");
            assertThat(nameIn(one)).isEqualTo("Grace");
        }
        assertThat(nameIn(lagging)).as("Redis has it by now").isEqualTo("Grace");
    }

    @Test
    void anUnversionedStaleRowOfAReplicaIsNeverKept() {
        watched();
        servers.stopReplay();
        one.write(entities -> entities.find(Team.class, 1L).rename("Poets"));
        for (int each = 0; each < 20; each++) {
            String stale = lagging.read(entities -> entities.find(Team.class, 1L).name);
            assertThat(stale).isEqualTo("Analysts");
            two.factory().getCache().evictAll();
            String fresh = two.read(entities -> entities.find(Team.class, 1L).name);
            assertThat(fresh).isEqualTo("Poets");
        }
    }

    /**
     * A stale row is about, tombstones are lost, and there are instances that were not told of the change: nothing but what
     * Redis still knows keeps them from believing it.
     */
    private void staleRowsAreOfferedAfter(Runnable loss, Duration settled) {
        watched();
        servers.stopReplay();
        one.write(entities -> entities.find(Person.class, id).rename("Grace"));
        try (Instance laggingNewcomer =
                        Instance.startLagging(servers, unit, properties()).awaitTrust();
                Instance newcomer = Instance.start(servers, unit, properties()).awaitTrust()) {
            loss.run();
            long from = System.nanoTime() + settled.toNanos();
            long until = from + Duration.ofSeconds(1).toNanos();
            int failedUpdates = 0;
            while (System.nanoTime() < until) {
                freshIn(laggingNewcomer);
                boolean isSettled = System.nanoTime() > from;
                String seen = freshIn(newcomer);
                if (isSettled) {
                    assertThat(seen).isEqualTo("Grace");
                }
                try {
                    newcomer.write(entities -> entities.find(Person.class, id).moveTo("Paris " + System.nanoTime()));
                } catch (RollbackException stale) {
                    failedUpdates++;
                    // The next try reads the database.
                    newcomer.write(entities -> entities.find(Person.class, id).moveTo("Rome " + System.nanoTime()));
                }
            }
            assertThat(failedUpdates).isLessThan(10);
            assertThat(freshIn(newcomer)).isEqualTo("Grace");
            assertThat(freshIn(one)).isEqualTo("Grace");
        }
    }

    // Until a probe has seen that the epochs are gone, 200 ms later at most, a stale row may be about.
    @Test
    void tombstonesLostByAFlushLetNoStaleRowStay() {
        staleRowsAreOfferedAfter(servers::flushRedis, Duration.ofMillis(400));
    }

    @Test
    void tombstonesLostByARestartLetNoStaleRowIn() {
        staleRowsAreOfferedAfter(
                () -> {
                    servers.redis().kill();
                    servers.redis().start();
                    within(10, () -> one.snapshot().isTrusted());
                },
                Duration.ZERO);
    }

    @Test
    void tombstonesLostByEvictionLetNoStaleRowIn() {
        staleRowsAreOfferedAfter(servers::evictRowsOfRedis, Duration.ZERO);
    }
}
