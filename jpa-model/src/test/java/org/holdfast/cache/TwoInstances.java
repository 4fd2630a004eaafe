package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** Two instances of an application that work on the same primary and the same Redis. */
abstract class TwoInstances {
    final Servers servers = Servers.get();
    final String unit = "test-" + UUID.randomUUID();
    final Instance one = Instance.start(servers, unit, properties()).awaitTrust();
    final Instance two = Instance.start(servers, unit, properties()).awaitTrust();

    /** Of all instances, beyond what every test has. */
    Map<String, String> properties() {
        return Map.of();
    }

    @AfterEach
    void stop() {
        TestContext.PARTITION.remove();
        TestContext.WRITTEN.remove();
        one.close();
        two.close();
    }

    static void soon(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    void store(Object... all) {
        one.write(entities -> {
            for (Object each : all) {
                entities.persist(each);
            }
        });
    }

    /** What the first instance finds in Redis, after the second has read it from the database. */
    <T, R> R throughRedis(String region, Class<T> type, Object id, Function<T, R> question) {
        // Redis takes it when no newer version may be about any more.
        soon(() -> {
            two.factory().getCache().evictAll();
            two.read(entities -> question.apply(entities.find(type, id)));
            one.factory().getCache().evictAll();
            return readsFromRedis(region, type, id);
        });
        one.factory().getCache().evictAll();
        long hits = one.counts(region).redisHits();
        R answer = one.read(entities -> question.apply(entities.find(type, id)));
        assertThat(one.counts(region).redisHits()).isEqualTo(hits + 1);
        R again = one.read(entities -> question.apply(entities.find(type, id)));
        assertThat(again).isEqualTo(answer);
        assertThat(one.counts(region).redisHits()).as("then a near hit").isEqualTo(hits + 1);
        return answer;
    }

    private boolean readsFromRedis(String region, Class<?> type, Object id) {
        long hits = one.counts(region).redisHits();
        one.read(entities -> entities.find(type, id));
        return one.counts(region).redisHits() > hits;
    }
}
