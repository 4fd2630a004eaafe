package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.holdfast.cache.entities.Person;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutageIT extends TwoInstances {
    private UUID id = UUID.randomUUID();

    @BeforeEach
    void oneThatBothHaveRead() {
        servers.execute("truncate cachetest.person_tag, cachetest.passport, cachetest.person, cachetest.team");
        Person ada = new Person("Ada");
        id = ada.id;
        store(ada);
        String name = throughRedis("Person", Person.class, id, person -> person.name);
        assertThat(name).isEqualTo("Ada");
    }

    @AfterEach
    void redisIsBack() {
        servers.redis().resume();
        servers.redis().start();
    }

    private String nameIn(Instance instance) {
        return instance.read(entities -> entities.find(Person.class, id).name);
    }

    private void rename(Instance instance, String name) {
        instance.write(entities -> entities.find(Person.class, id).rename(name));
    }

    private static Duration slowest(int times, Runnable work) {
        long slowest = 0;
        for (int each = 0; each < times; each++) {
            long begun = System.nanoTime();
            work.run();
            slowest = Math.max(slowest, System.nanoTime() - begun);
        }
        return Duration.ofNanos(slowest);
    }

    private void distrusted() {
        soon(() -> !one.snapshot().isTrusted() && !two.snapshot().isTrusted());
    }

    private void trusted() {
        one.awaitTrust();
        two.awaitTrust();
    }

    @Test
    void whileRedisHangsNothingFailsAndNothingIsSlow() {
        servers.redis().pause();
        Duration reads = slowest(200, () -> assertThat(nameIn(two)).isEqualTo("Ada"));
        Duration writes = slowest(1, () -> rename(one, "Grace"));
        assertThat(reads).isLessThan(Duration.ofMillis(250));
        assertThat(writes).isLessThan(Duration.ofMillis(250));
        assertThat(nameIn(one)).isEqualTo("Grace");
        distrusted();
        assertThat(nameIn(two)).as("what is near is not believed").isEqualTo("Grace");
        rename(two, "Edsger");
        assertThat(nameIn(one)).isEqualTo("Edsger");
        assertThat(one.snapshot().pendingInvalidations()).isPositive();

        servers.redis().resume();
        trusted();
        assertThat(one.snapshot().pendingInvalidations()).isZero();
        assertThat(nameIn(one)).isEqualTo("Edsger");
        assertThat(nameIn(two)).isEqualTo("Edsger");
        String again = throughRedis("Person", Person.class, id, person -> person.name);
        assertThat(again).isEqualTo("Edsger");
    }

    @Test
    void whileRedisIsDeadNothingFailsAndWhenItIsBackItStartsAnew() {
        servers.redis().kill();
        distrusted();
        rename(one, "Grace");
        assertThat(nameIn(two)).isEqualTo("Grace");
        servers.redis().start();
        trusted();
        assertThat(nameIn(one)).isEqualTo("Grace");
        String again = throughRedis("Person", Person.class, id, person -> person.name);
        assertThat(again).isEqualTo("Grace");
        assertThat(one.snapshot().withdrawals()).isPositive();
    }

    @Test
    void aRestartThatNobodyNoticesAtOnceLosesNothingTrue() {
        servers.redis().kill();
        servers.redis().start();
        rename(one, "Grace");
        soon(() -> nameIn(two).equals("Grace"));
        trusted();
        assertThat(nameIn(two)).isEqualTo("Grace");
    }

    @Test
    void aRedisThatWasAwayForLongIsUsedWithinTwoSecondsOfItsReturn() {
        servers.redis().kill();
        distrusted();
        long begun = System.nanoTime();
        while (Duration.ofNanos(System.nanoTime() - begun).compareTo(Duration.ofSeconds(8)) < 0) {
            assertThat(nameIn(two)).isEqualTo("Ada");
        }
        servers.redis().start();
        long back = System.nanoTime();
        trusted();
        assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(2));
    }

    // Redis goes on answering reads, so that it is believed until writes have failed several times.
    @Test
    void whatABulkChangeEmptiesIsNotFoundInARedisThatWasNotTold() {
        for (int round = 1; round <= 8; round++) {
            String name = "Grace " + round;
            throughRedis("Person", Person.class, id, person -> person.name);
            servers.redis("CLIENT PAUSE 10000 WRITE");
            try {
                one.write(entities -> entities.createQuery("update Person p set p.name = :name")
                        .setParameter("name", name)
                        .executeUpdate());
                for (int read = 0; read < 20; read++) {
                    assertThat(nameIn(one)).isEqualTo(name);
                }
            } finally {
                servers.redis("CLIENT UNPAUSE");
            }
            soon(() -> nameIn(two).equals(name));
            trusted();
        }
    }

    @Test
    void anApplicationStartsWhileRedisIsDead() {
        servers.redis().kill();
        try (Instance three = Instance.start(servers, unit, java.util.Map.of())) {
            assertThat(nameIn(three)).isEqualTo("Ada");
            servers.redis().start();
            three.awaitTrust();
            assertThat(nameIn(three)).isEqualTo("Ada");
        }
    }
}
