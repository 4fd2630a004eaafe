package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.holdfast.cache.entities.Person;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadThroughIT {
    private final Servers servers = Servers.get();
    private final String unit = "test-" + UUID.randomUUID();
    private final Instance one = Instance.start(servers, unit, Map.of()).awaitTrust();
    private final Instance two = Instance.start(servers, unit, Map.of()).awaitTrust();

    @AfterEach
    void stop() {
        TestContext.PARTITION.remove();
        TestContext.HAS_READ_SINCE.remove();
        one.close();
        two.close();
    }

    private Person stored(String name) {
        Person person = new Person(name);
        one.write(entities -> entities.persist(person));
        return person;
    }

    private static String nameIn(Instance instance, UUID id) {
        return instance.read(entities -> entities.find(Person.class, id).name);
    }

    private void rename(Instance instance, UUID id, String name) {
        instance.write(entities -> entities.find(Person.class, id).rename(name));
    }

    @Test
    void whatOneInstanceReadTheOtherFindsInRedis() {
        UUID id = stored("Ada").id;
        one.factory().getCache().evictAll();
        assertThat(nameIn(one, id)).isEqualTo("Ada");
        Awaitility.await()
                .atMost(Duration.ofSeconds(2))
                .until(() -> one.counts("Person").fills() == 1);

        assertThat(nameIn(two, id)).isEqualTo("Ada");
        assertThat(two.counts("Person").redisHits()).isEqualTo(1);

        assertThat(nameIn(two, id)).isEqualTo("Ada");
        assertThat(two.counts("Person").nearHits()).isEqualTo(1);
    }

    @Test
    void anUpdateIsSeenByTheOtherInstance() {
        UUID id = stored("Ada").id;
        assertThat(nameIn(two, id)).isEqualTo("Ada");
        assertThat(nameIn(two, id)).isEqualTo("Ada");
        rename(one, id, "Grace");
        Awaitility.await()
                .atMost(Duration.ofSeconds(2))
                .until(() -> nameIn(two, id).equals("Grace"));
        assertThat(nameIn(one, id)).isEqualTo("Grace");
        rename(two, id, "Edsger");
        Awaitility.await()
                .atMost(Duration.ofSeconds(2))
                .until(() -> nameIn(one, id).equals("Edsger"));
        Person seen = two.read(entities -> entities.find(Person.class, id));
        assertThat(seen.version).isEqualTo(3);
    }

    @Test
    void aChangeOfOnesOwnIsANearHit() {
        UUID id = stored("Ada").id;
        assertThat(nameIn(one, id)).isEqualTo("Ada");
        assertThat(one.counts("Person").nearHits()).isEqualTo(1);
        rename(one, id, "Grace");
        assertThat(nameIn(one, id)).isEqualTo("Grace");
        assertThat(one.counts("Person").nearHits()).isEqualTo(3);
        assertThat(one.counts("Person").redisHits()).isEqualTo(0);
    }

    @Test
    void whoReadsOnAndOnFromADatabaseStillFindsWhatIsNear() {
        UUID id = stored("Ada").id;
        assertThat(nameIn(one, id)).isEqualTo("Ada");
        CacheSnapshot.RegionCounts before = one.counts("Person");
        for (int each = 1; each <= 20; each++) {
            hasReadNow();
            assertThat(nameIn(one, id)).isEqualTo("Ada");
            assertThat(one.counts("Person").nearHits()).isEqualTo(before.nearHits() + each);
        }
        assertThat(one.counts("Person").nearMisses()).isEqualTo(before.nearMisses());
    }

    @Test
    void whoHasReadADatabaseIsNotLedBehindItByWhatIsNear() {
        UUID id = stored("Ada").id;
        for (int each = 0; each < 200; each++) {
            rename(two, id, "name " + each);
            hasReadNow();
            assertThat(nameIn(one, id)).isEqualTo("name " + each);
            TestContext.HAS_READ_SINCE.remove();
            // Near, so that the next round has something old to be led back to.
            assertThat(nameIn(one, id)).isEqualTo("name " + each);
        }
        assertThat(one.counts("Person").nearHits()).isGreaterThan(100);
    }

    private static void hasReadNow() {
        TestContext.HAS_READ_SINCE.set(OptionalLong.of(System.nanoTime()));
    }

    @Test
    void twoTenantsThatAskForTheSameIdGetTheirOwn() {
        UUID id = stored("of the first").id;
        assertThat(nameIn(one, id)).isEqualTo("of the first");
        // As row level security would: the second tenant's table has another row with this key.
        servers.execute("update cachetest.person set name = 'of the second' where id = '" + id + "'");
        TestContext.PARTITION.set(Optional.of("t2"));
        assertThat(nameIn(one, id)).isEqualTo("of the second");
        assertThat(nameIn(one, id)).isEqualTo("of the second");
        assertThat(nameIn(two, id)).isEqualTo("of the second");

        TestContext.PARTITION.set(Optional.of("t1"));
        assertThat(nameIn(one, id)).isEqualTo("of the first");
        assertThat(one.counts("Person").nearHits()).isEqualTo(3);
    }
}
