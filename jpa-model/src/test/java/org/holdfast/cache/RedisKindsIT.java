package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.holdfast.cache.entities.Person;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: the cache works behind Sentinel and in a Cluster, with an ACL user over TLS, and outlives the loss of a server. Method:
 * two instances write and read while a master is killed. Invariants: no request fails or is slow, and afterwards nothing is
 * stale.
 */
class RedisKindsIT {
    private static final int PEOPLE = 24;
    private static final Duration BACK_WITHIN = Duration.ofSeconds(20);
    private static final long SLOW_MILLIS = 1000;

    private final Servers servers = Servers.get();
    private final String unit = "test-" + UUID.randomUUID();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<UUID> people = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int each = opened.size() - 1; each >= 0; each--) {
            opened.get(each).close();
        }
    }

    private Instance instance(String yaml) {
        Instance started = Instance.start(servers, unit, Map.of("holdfast.cache.redisson", yaml));
        opened.add(started);
        return started.awaitTrust();
    }

    private void storePeople(Instance instance) {
        for (int each = 0; each < PEOPLE; each++) {
            Person person = new Person("nobody");
            people.add(person.id);
            instance.write(entities -> entities.persist(person));
        }
    }

    private static String nameIn(Instance instance, UUID id) {
        return instance.read(entities -> entities.find(Person.class, id).name);
    }

    private String inDatabase(UUID id) {
        return servers.query(servers.primaryUrl(), "select name from cachetest.person where id = '" + id + "'");
    }

    /** Each finds in Redis what the other has read from the database. */
    private void worksThroughRedis(Instance one, Instance two) {
        Awaitility.await()
                .atMost(BACK_WITHIN)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    one.factory().getCache().evictAll();
                    two.factory().getCache().evictAll();
                    people.forEach(id -> nameIn(two, id));
                    long hits = one.counts("Person").redisHits();
                    people.forEach(id -> nameIn(one, id));
                    return one.counts("Person").redisHits() == hits + PEOPLE;
                });
    }

    private void nothingIsStale(Instance... instances) {
        for (Instance instance : instances) {
            for (UUID id : people) {
                assertThat(nameIn(instance, id)).isEqualTo(inDatabase(id));
            }
        }
    }

    /** Writes with one and reads with the other, on two threads, while something happens. */
    private Queue<String> whileWorking(Instance one, Instance two, Runnable happening) throws InterruptedException {
        Queue<String> troubles = new ConcurrentLinkedQueue<>();
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger turns = new AtomicInteger();
        Thread writer = new Thread(() -> {
            for (int turn = 0; !isOver.get(); turn++) {
                UUID id = people.get(turn % PEOPLE);
                String name = "written " + turn;
                timed(
                        troubles,
                        () -> one.write(
                                entities -> entities.find(Person.class, id).rename(name)));
                timed(troubles, () -> assertThat(nameIn(one, id)).isEqualTo(name));
                turns.incrementAndGet();
            }
        });
        Thread reader = new Thread(() -> {
            for (int turn = 0; !isOver.get(); turn++) {
                UUID id = people.get(turn % PEOPLE);
                timed(troubles, () -> nameIn(two, id));
            }
        });
        writer.start();
        reader.start();
        try {
            Awaitility.await().until(() -> turns.get() > PEOPLE);
            happening.run();
            int before = turns.get();
            Awaitility.await().until(() -> turns.get() > before + PEOPLE);
        } finally {
            isOver.set(true);
            writer.join();
            reader.join();
        }
        return troubles;
    }

    // Whatever is thrown is what the test looks for.
    @SuppressWarnings("CatchingUnchecked")
    private static void timed(Queue<String> troubles, Runnable work) {
        long begun = System.nanoTime();
        try {
            work.run();
        } catch (RuntimeException | AssertionError failure) {
            troubles.add(failure.toString());
        }
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        if (millis > SLOW_MILLIS) {
            troubles.add(millis + " ms");
        }
    }

    private static void awaitPassedOver(Instance... instances) {
        for (Instance instance : instances) {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> instance.snapshot().withdrawals() > 0);
        }
    }

    @Test
    void sentinelPutsTheReplicaInPlaceOfAMasterThatDied() throws IOException, InterruptedException {
        RedisFleet fleet = new RedisFleet(servers);
        opened.add(fleet);
        fleet.startWithSentinels();
        String yaml = fleet.sentinelYaml();
        Instance one = instance(yaml);
        Instance two = instance(yaml);
        storePeople(one);
        worksThroughRedis(one, two);

        int next = fleet.nodes().get(1);
        Queue<String> troubles = whileWorking(one, two, () -> {
            fleet.kill(fleet.nodes().get(0));
            fleet.await(next, "INFO replication", "role:master");
            awaitPassedOver(one, two);
            one.awaitTrust();
            two.awaitTrust();
        });

        assertThat(troubles).isEmpty();
        worksThroughRedis(one, two);
        nothingIsStale(one, two);
    }

    @Test
    void aClusterThatLosesAMasterGoesOnWhenItIsBack() throws IOException, InterruptedException {
        RedisFleet fleet = new RedisFleet(servers);
        opened.add(fleet);
        fleet.startCluster();
        String yaml = fleet.clusterYaml();
        Instance one = instance(yaml);
        Instance two = instance(yaml);
        storePeople(one);
        worksThroughRedis(one, two);
        for (int port : fleet.nodes()) {
            assertThat(fleet.ask(port, "DBSIZE")).isNotEqualTo("0\n");
        }

        for (int lost : fleet.nodes()) {
            Queue<String> troubles = whileWorking(one, two, () -> {
                fleet.kill(lost);
                awaitPassedOver(one, two);
            });
            assertThat(troubles).isEmpty();
            troubles = whileWorking(one, two, () -> {
                fleet.startAgain(lost);
                fleet.await(lost, "CLUSTER INFO", "cluster_slots_ok:16384");
                one.awaitTrust();
                two.awaitTrust();
            });
            assertThat(troubles).isEmpty();
            worksThroughRedis(one, two);
            nothingIsStale(one, two);
        }
    }
}
