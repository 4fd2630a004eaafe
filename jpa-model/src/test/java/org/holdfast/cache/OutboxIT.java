package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.holdfast.cache.entities.Person;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Instance one reaches Redis over a wire that can be cut. Both poll the outbox; a poller that is stopped is an instance that
 * does not reach the writer.
 */
class OutboxIT {
    private static final int WINDOW_MILLIS = 2000;

    private final Servers servers = Servers.get();
    private final String unit = "test-" + UUID.randomUUID();
    private final Wire wire = wire();
    private Instance one = start(wire.port(), 1);
    private Instance two = start(servers.port(NodeName.REDIS_A), 1);
    private Poller pollsOfOne = new Poller(servers, one);
    private Poller pollsOfTwo = new Poller(servers, two);
    private UUID id = UUID.randomUUID();

    private Wire wire() {
        try {
            return new Wire(servers.port(NodeName.REDIS_A));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Instance start(int redis, int sites) {
        Map<String, String> properties = new HashMap<>();
        properties.put("holdfast.cache.redisson", servers.redisson(redis));
        properties.put("holdfast.cache.lag-window-millis", Integer.toString(WINDOW_MILLIS));
        properties.put("holdfast.cache.outbox", "cachetest.outbox");
        properties.put("holdfast.cache.sites", Integer.toString(sites));
        return Instance.start(servers, unit, properties);
    }

    @BeforeEach
    void oneThatBothHaveNear() {
        servers.execute("truncate cachetest.person_tag, cachetest.passport, cachetest.person, cachetest.team");
        servers.execute("truncate cachetest.outbox");
        one.awaitTrust();
        two.awaitTrust();
        Person ada = new Person("Ada");
        id = ada.id;
        one.write(entities -> entities.persist(ada));
        near(one);
        near(two);
    }

    @AfterEach
    void stop() throws IOException {
        TestContext.MUST_KNOW_SINCE.remove();
        TestContext.READS_PAST.remove();
        pollsOfOne.close();
        pollsOfTwo.close();
        one.close();
        two.close();
        wire.close();
    }

    private static void soon(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    private String nameIn(Instance instance) {
        return instance.read(entities -> entities.find(Person.class, id).name);
    }

    private void rename(Instance instance, String name) {
        instance.write(entities -> entities.find(Person.class, id).rename(name));
    }

    /** Until the instance answers from its own memory. */
    private void near(Instance instance) {
        soon(() -> isNear(instance));
    }

    private boolean isNear(Instance instance) {
        long before = instance.counts("Person").nearHits();
        nameIn(instance);
        return instance.counts("Person").nearHits() > before;
    }

    private <T> T mustKnowNow(Supplier<T> work) {
        TestContext.MUST_KNOW_SINCE.set(OptionalLong.of(System.nanoTime()));
        try {
            return work.get();
        } finally {
            TestContext.MUST_KNOW_SINCE.remove();
        }
    }

    private long rows() {
        return rows("true");
    }

    private long rows(String which) {
        return Long.parseLong(
                servers.query(servers.primaryUrl(), "select count(*) from cachetest.outbox where " + which));
    }

    private CacheSnapshot.OutboxCounts outbox(Instance instance) {
        return instance.snapshot().outbox().orElseThrow();
    }

    /** The second instance moves to a Redis of its own. */
    private void twoSites() {
        pollsOfOne.close();
        pollsOfTwo.close();
        one.close();
        two.close();
        one = start(wire.port(), 2);
        two = start(servers.port(NodeName.REDIS_B), 2);
        pollsOfOne = new Poller(servers, one);
        pollsOfTwo = new Poller(servers, two);
        one.awaitTrust();
        two.awaitTrust();
        near(one);
        near(two);
    }

    private void cutOff() {
        wire.cut();
        soon(() -> !one.snapshot().isTrusted());
    }

    @Test
    void whileRedisConfirmsTheDatabaseIsNotTold() {
        rename(one, "Grace");
        soon(() -> nameIn(two).equals("Grace"));
        assertThat(rows()).isZero();
    }

    @Test
    void anInstanceThatIsCutOffAndDiesLeavesNoStaleRow() throws Exception {
        pollsOfTwo.stop();
        cutOff();
        rename(one, "Grace");
        assertThat(rows()).isEqualTo(1);
        pollsOfOne.close();
        one.close();
        assertThat(nameIn(two)).as("nobody has told it yet").isEqualTo("Ada");

        pollsOfTwo.start();
        soon(() -> nameIn(two).equals("Grace"));
        assertThat(outbox(two).applied()).isEqualTo(1);
        // One without a near cache, that begins where Redis says it was told up to.
        pollsOfTwo.close();
        one = start(servers.port(NodeName.REDIS_A), 1);
        pollsOfOne = new Poller(servers, one);
        one.awaitTrust();
        assertThat(nameIn(one)).isEqualTo("Grace");
        assertThat(outbox(one).gaps()).isZero();
    }

    @Test
    void whoMustKnowReadsTheDatabaseUntilItHasHeard() throws Exception {
        pollsOfTwo.stop();
        cutOff();
        rename(one, "Grace");
        assertThat(nameIn(two)).isEqualTo("Ada");
        String known = mustKnowNow(() -> nameIn(two));
        assertThat(known).isEqualTo("Grace");
        long since = System.nanoTime();
        pollsOfTwo.start();
        TestContext.MUST_KNOW_SINCE.set(OptionalLong.of(since));
        soon(() -> isNear(two));
        assertThat(nameIn(two)).isEqualTo("Grace");
    }

    @Test
    void aRollbackTellsNothingAndABulkChangeAloneTellsItsRegion() {
        cutOff();
        EntityManager entities = one.factory().createEntityManager();
        entities.getTransaction().begin();
        entities.find(Person.class, id).rename("Grace");
        entities.flush();
        entities.getTransaction().rollback();
        assertThat(rows()).isZero();

        one.write(each -> each.createNativeQuery("update cachetest.person set name = 'Edsger'")
                .executeUpdate());
        assertThat(rows()).isEqualTo(1);
        soon(() -> nameIn(two).equals("Edsger"));
        entities.close();
    }

    @Test
    void aTransactionThatBeganLongBeforeIsHeardOfToo() {
        cutOff();
        EntityManager early = one.factory().createEntityManager();
        early.getTransaction().begin();
        early.find(Person.class, id).rename("Grace");
        early.flush();
        Person other = new Person("Barbara");
        one.write(entities -> entities.persist(other));
        for (int each = 0; each < 5; each++) {
            String city = "Rome " + each;
            one.write(entities -> entities.find(Person.class, other.id).moveTo(city));
        }
        soon(() -> outbox(two).applied() >= 5);
        early.getTransaction().commit();
        soon(() -> nameIn(two).equals("Grace"));
        early.close();
    }

    @Test
    void anInstanceThatComesBackToRedisIsNotStale() {
        cutOff();
        rename(two, "Grace");
        assertThat(nameIn(one)).isEqualTo("Grace");
        rename(one, "Edsger");
        wire.mend();
        one.awaitTrust();
        soon(() -> nameIn(two).equals("Edsger"));
        assertThat(nameIn(one)).isEqualTo("Edsger");
        near(one);
        near(two);
        assertThat(nameIn(one)).isEqualTo("Edsger");
    }

    @Test
    void withoutPollsNothingIsUsedAfterAWindow() throws Exception {
        pollsOfTwo.stop();
        cutOff();
        rename(one, "Grace");
        assertThat(nameIn(two)).isEqualTo("Ada");
        soon(() -> !two.snapshot().isTrusted());
        assertThat(nameIn(two)).isEqualTo("Grace");
        pollsOfTwo.start();
        two.awaitTrust();
        assertThat(nameIn(two)).as("what was near is dropped").isEqualTo("Grace");
    }

    @Test
    void anotherSiteHearsWithinASecond() {
        twoSites();
        Duration slowest = Duration.ZERO;
        for (int round = 0; round < 30; round++) {
            String name = "round " + round;
            near(two);
            rename(one, name);
            long committed = System.nanoTime();
            String known = mustKnowNow(() -> nameIn(two));
            assertThat(known).as("with a token").isEqualTo(name);
            soon(() -> nameIn(two).equals(name));
            Duration took = Duration.ofNanos(System.nanoTime() - committed);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
        assertThat(slowest).isLessThan(Duration.ofSeconds(1));
        assertThat(outbox(one).applied())
                .as("its own Redis was told by itself, unless it did not confirm in time")
                .isLessThanOrEqualTo(rows("told is null"));

        one.write(entities ->
                entities.createQuery("update Person p set p.name = 'all'").executeUpdate());
        soon(() -> nameIn(two).equals("all"));
        near(two);
        servers.execute("update cachetest.person set name = 'by hand'");
        assertThat(nameIn(two)).isEqualTo("all");
        one.cache().evict(Person.class);
        soon(() -> nameIn(two).equals("by hand"));
        near(two);
    }

    @Test
    void aSiteThatWasCutOffFromTheWriterBelievesNothingOldAfterwards() throws Exception {
        twoSites();
        pollsOfTwo.stop();
        rename(one, "Grace");
        soon(() -> !two.snapshot().isTrusted());
        assertThat(nameIn(two)).isEqualTo("Grace");
        rename(one, "Edsger");
        pollsOfTwo.start();
        two.awaitTrust();
        assertThat(nameIn(two)).isEqualTo("Edsger");
        near(two);
        two.factory().getCache().evictAll();
        assertThat(nameIn(two)).as("in its Redis too").isEqualTo("Edsger");
    }

    @Test
    void aSiteWhoseInstancesWereGoneHearsWhatItMissed() {
        twoSites();
        pollsOfTwo.close();
        two.close();
        rename(one, "Grace");
        two = start(servers.port(NodeName.REDIS_B), 2);
        pollsOfTwo = new Poller(servers, two);
        two.awaitTrust();
        assertThat(nameIn(two)).isEqualTo("Grace");
        assertThat(outbox(two).gaps()).isZero();
        assertThat(outbox(two).applied()).isPositive();
    }

    @Test
    void aRedisThatDoesNotSayWhatItWasToldIsEmptied() {
        twoSites();
        pollsOfTwo.close();
        two.close();
        rename(one, "Grace");
        servers.execute("truncate cachetest.outbox");
        servers.redis(
                NodeName.REDIS_B,
                "EVAL \"for _, k in ipairs(redis.call('KEYS', ARGV[1])) do"
                        + " redis.call('HDEL', k, '!mark') end return 1\" 0 l2:" + unit + ":*:epochs");
        two = start(servers.port(NodeName.REDIS_B), 2);
        pollsOfTwo = new Poller(servers, two);
        two.awaitTrust();
        assertThat(nameIn(two)).isEqualTo("Grace");
        assertThat(outbox(two).gaps()).isEqualTo(1);
    }

    @Test
    void whoReadsPastItLeavesItToOthers() {
        TestContext.READS_PAST.set(true);
        long hits = one.counts("Person").nearHits();
        assertThat(nameIn(one)).isEqualTo("Ada");
        assertThat(one.counts("Person").nearHits()).isEqualTo(hits);
        TestContext.READS_PAST.remove();
        assertThat(isNear(one)).isTrue();
    }
}
