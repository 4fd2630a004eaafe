package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import jakarta.persistence.FlushModeType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.holdfast.cache.entities.Booking;
import org.holdfast.cache.entities.Person;
import org.holdfast.cache.entities.Secret;
import org.holdfast.cache.entities.Team;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HotQueriesIT extends TwoInstances {
    static final ResultCoding<String> TEXT = new ResultCoding<>() {
        @Override
        public void write(String result, ValueWriter out) {
            out.text(result);
        }

        @Override
        public String read(ValueReader in) {
            return in.text();
        }
    };

    private static final HotQuery<Person> IN_CITY =
            HotQuery.ofEntities("people-in-city", Person.class, 20, Duration.ofMinutes(5));
    private static final HotQuery<Person> OVERTAKEN =
            HotQuery.ofEntities("people-overtaken", Person.class, 20, Duration.ofMinutes(5));
    private static final HotQuery<String> NAMES = HotQuery.ofValues("names-in-city", TEXT, 3, Duration.ofMinutes(5));

    private final AtomicInteger loads = new AtomicInteger();
    private UUID ada = UUID.randomUUID();

    // So long that nothing in these tests is well again because a window has passed.
    @Override
    Map<String, String> properties() {
        return Map.of("holdfast.cache.lag-window-millis", "60000");
    }

    @BeforeEach
    void somebody() {
        servers.execute("truncate cachetest.person_tag, cachetest.passport, cachetest.person, cachetest.team,"
                + " cachetest.booking, cachetest.secret");
        Person first = new Person("Ada");
        first.home.city = "London";
        ada = first.id;
        Person second = new Person("Grace");
        second.home.city = "London";
        store(first, second);
    }

    private List<Person> people(EntityManager entities) {
        return HotQueries.of(entities).list(IN_CITY, List.of("London"), List.of(QueryTag.of(Person.class)), () -> {
            loads.incrementAndGet();
            return entities.createQuery(
                            "select p from Person p where p.home.city = 'London' order by p.name", Person.class)
                    .getResultList();
        });
    }

    private List<String> names(EntityManager entities) {
        return people(entities).stream().map(person -> person.name).toList();
    }

    private List<String> namesIn(Instance instance) {
        return instance.read(this::names);
    }

    private CacheSnapshot.QueryCounts counts(Instance instance) {
        return counts(instance, IN_CITY);
    }

    private CacheSnapshot.QueryCounts counts(Instance instance, HotQuery<?> query) {
        return instance.snapshot().queries().stream()
                .filter(each -> each.query().equals(query.name()))
                .findFirst()
                .orElse(new CacheSnapshot.QueryCounts(query.name(), 0, 0, 0, 0, 0));
    }

    private boolean isHit(Instance instance) {
        long before = hits(instance);
        namesIn(instance);
        return hits(instance) > before;
    }

    private long hits(Instance instance) {
        return counts(instance).nearHits() + counts(instance).redisHits();
    }

    /** Both instances are served from Redis. */
    private void hot() {
        soon(() -> isHit(one) && isHit(two));
    }

    private void byHand(String sql) {
        servers.execute(sql);
    }

    private void freshAfter(Runnable change, String... expected) {
        hot();
        change.run();
        assertThat(namesIn(one)).containsExactly(expected);
        soon(() -> namesIn(two).equals(List.of(expected)));
        hot();
        assertThat(namesIn(two)).containsExactly(expected);
        assertThat(namesIn(one)).containsExactly(expected);
    }

    private void inOne(Consumer<EntityManager> work) {
        one.write(work);
    }

    @Test
    void anInstanceIsServedWhatAnotherHasFound() {
        assertThat(namesIn(one)).containsExactly("Ada", "Grace");
        hot();
        int before = loads.get();
        byHand("update cachetest.person set city = 'Paris' where name = 'Grace'");
        assertThat(namesIn(one)).containsExactly("Ada", "Grace");
        assertThat(namesIn(two)).containsExactly("Ada", "Grace");
        assertThat(loads.get()).isEqualTo(before);
    }

    @Test
    void rowsThatAreNotNearComeFromRedisTogether() {
        hot();
        // Redis is offered the rows beside the reads.
        soon(() -> {
            int loaded = loads.get();
            one.factory().getCache().evictAll();
            namesIn(one);
            return loads.get() == loaded;
        });
        one.factory().getCache().evictAll();
        int before = loads.get();
        long rows = one.counts("Person").redisHits();
        assertThat(namesIn(one)).containsExactly("Ada", "Grace");
        assertThat(loads.get()).isEqualTo(before);
        assertThat(one.counts("Person").redisHits()).isEqualTo(rows + 2);
    }

    @Test
    void anInsertIsSeenByAll() {
        Person third = new Person("Barbara");
        third.home.city = "London";
        freshAfter(() -> inOne(entities -> entities.persist(third)), "Ada", "Barbara", "Grace");
    }

    @Test
    void anUpdateIsSeenByAll() {
        freshAfter(() -> inOne(entities -> entities.find(Person.class, ada).moveTo("Paris")), "Grace");
    }

    @Test
    void aDeletionIsSeenByAll() {
        freshAfter(() -> inOne(entities -> entities.remove(entities.find(Person.class, ada))), "Grace");
    }

    @Test
    void aChangeOfACollectionChangesTheTag() {
        hot();
        int before = loads.get();
        inOne(entities -> entities.find(Person.class, ada).tags().add("poet"));
        namesIn(one);
        assertThat(loads.get()).isEqualTo(before + 1);
    }

    @Test
    void aBulkUpdateIsSeenByAll() {
        freshAfter(
                () -> inOne(
                        entities -> entities.createQuery("update Person p set p.home.city = 'Rome' where p.id = :id")
                                .setParameter("id", ada)
                                .executeUpdate()),
                "Grace");
    }

    @Test
    void aNativeUpdateIsSeenByAll() {
        freshAfter(
                () -> inOne(entities -> entities.createNativeQuery("delete from cachetest.person where id = ?")
                        .setParameter(1, ada)
                        .executeUpdate()),
                "Grace");
    }

    @Test
    void whatWasChangedOutsideIsSeenByAll() {
        freshAfter(
                () -> inOne(entities -> {
                    HotQueries.of(entities).changed(QueryTag.of(Person.class));
                    byHand("delete from cachetest.person where id = '" + ada + "'");
                }),
                "Grace");
        freshAfter(() -> inOne(entities -> {
            one.cache().changedOutside(entities, Person.class);
            byHand("delete from cachetest.person");
        }));
    }

    @Test
    void anEvictedClassIsFoundAnew() {
        hot();
        byHand("delete from cachetest.person where id = '" + ada + "'");
        one.cache().evict(Person.class);
        soon(() -> namesIn(two).equals(List.of("Grace")));
        assertThat(namesIn(one)).containsExactly("Grace");
        hot();
        byHand("delete from cachetest.person");
        assertThat(one.cache().evict(QueryStore.REGION)).isTrue();
        assertThat(namesIn(one)).isEmpty();
        soon(() -> namesIn(two).isEmpty());
    }

    @Test
    void aRollbackLeavesTheResultAsItWas() {
        hot();
        EntityManager entities = one.factory().createEntityManager();
        entities.getTransaction().begin();
        entities.find(Person.class, ada).moveTo("Paris");
        entities.flush();
        assertThat(namesIn(two)).containsExactly("Ada", "Grace");
        entities.getTransaction().rollback();
        entities.close();
        // The row itself is not kept for a window.
        soon(() -> values("few", 3) == 0);
        assertThat(namesIn(two)).containsExactly("Ada", "Grace");
    }

    @Test
    void whatIsFoundWhileAChangeIsOpenIsNotKept() {
        hot();
        EntityManager entities = one.factory().createEntityManager();
        entities.getTransaction().begin();
        entities.find(Person.class, ada).moveTo("Paris");
        entities.flush();
        soon(() -> !isHit(two));
        long refused = counts(two).refusedFills();
        assertThat(namesIn(two)).containsExactly("Ada", "Grace");
        assertThat(namesIn(two)).containsExactly("Ada", "Grace");
        assertThat(counts(two).refusedFills()).isEqualTo(refused + 2);
        entities.getTransaction().commit();
        entities.close();
        assertThat(namesIn(two)).as("nothing was kept").containsExactly("Grace");
        assertThat(namesIn(one)).containsExactly("Grace");
        hot();
    }

    @Test
    void whatACommitOvertakesIsNotUsed() {
        // From here on no earlier change is open.
        hot();
        long kept = counts(two, OVERTAKEN).fills();
        assertThat(overtaken(
                        two,
                        () -> inOne(entities -> entities.find(Person.class, ada).moveTo("Paris"))))
                .containsExactly("Ada", "Grace");
        soon(() -> counts(two, OVERTAKEN).fills() == kept + 1);
        assertThat(overtaken(one, () -> {})).containsExactly("Grace");
        soon(() -> overtaken(two, () -> {}).equals(List.of("Grace")));
    }

    private List<String> overtaken(Instance instance, Runnable meanwhile) {
        return instance.read(entities -> HotQueries.of(entities)
                .list(OVERTAKEN, List.of("London"), List.of(QueryTag.of(Person.class)), () -> {
                    List<Person> found = entities.createQuery(
                                    "select p from Person p where p.home.city = 'London' order by p.name", Person.class)
                            .getResultList();
                    meanwhile.run();
                    return found;
                })
                .stream()
                .map(person -> person.name)
                .toList());
    }

    @Test
    void changesThatOverlapEachEndTheirOwnFreeze() {
        hot();
        EntityManager first = one.factory().createEntityManager();
        first.getTransaction().begin();
        first.persist(new Person("Edsger"));
        first.flush();
        EntityManager second = two.factory().createEntityManager();
        second.getTransaction().begin();
        second.persist(new Person("Barbara"));
        second.flush();
        first.getTransaction().commit();
        assertThat(isHit(one)).isFalse();
        assertThat(isHit(one)).as("the second is still open").isFalse();
        second.getTransaction().commit();
        hot();
        first.close();
        second.close();
    }

    @Test
    void aPartIsChangedByItsNameOrWithTheWhole() {
        QueryTag left = QueryTag.part(Person.class, "side", 1);
        QueryTag right = QueryTag.part(Person.class, "side", 2);
        inParts(left, right);
        inOne(entities -> HotQueries.of(entities).changed(left));
        assertThat(loadsOf(right)).isZero();
        assertThat(loadsOf(left)).isEqualTo(1);
        inParts(left, right);
        inOne(entities ->
                entities.createQuery("update Person p set p.name = 'Zoe'").executeUpdate());
        assertThat(loadsOf(right)).isEqualTo(1);
        assertThat(loadsOf(left)).isEqualTo(1);
    }

    private void inParts(QueryTag... parts) {
        for (QueryTag part : parts) {
            soon(() -> loadsOf(part) == 0);
        }
    }

    private int loadsOf(QueryTag part) {
        int before = loads.get();
        one.read(entities -> HotQueries.of(entities).list(NAMES, List.of(part.part()), List.of(part), () -> {
            loads.incrementAndGet();
            return List.of("somebody");
        }));
        return loads.get() - before;
    }

    @Test
    void valuesAreKeptUnlessThereAreTooMany() {
        assertThat(values("few", 3)).isEqualTo(1);
        soon(() -> values("few", 3) == 0);
        assertThat(values("none", 0)).isEqualTo(1);
        soon(() -> values("none", 0) == 0);
        long refused = two.snapshot().queries().get(0).refusedFills();
        assertThat(values("many", 4)).isEqualTo(1);
        assertThat(values("many", 4)).isEqualTo(1);
        assertThat(two.snapshot().queries().get(0).refusedFills()).isEqualTo(refused + 2);
    }

    private int values(String city, int count) {
        int before = loads.get();
        List<String> all = List.of("a", "b", "c", "d").subList(0, count);
        List<String> found = two.read(entities -> HotQueries.of(entities)
                .list(NAMES, List.of(city), List.of(QueryTag.of(Person.class)), () -> {
                    loads.incrementAndGet();
                    return all;
                }));
        assertThat(found).isEqualTo(all);
        return loads.get() - before;
    }

    @Test
    void aTransactionSeesWhatItHasWritten() {
        hot();
        inOne(entities -> {
            entities.find(Person.class, ada).moveTo("Paris");
            assertThat(names(entities)).as("flushed as before any query").containsExactly("Grace");
            assertThat(names(entities)).containsExactly("Grace");
        });
        hot();
        inOne(entities -> {
            entities.setFlushMode(FlushModeType.COMMIT);
            entities.find(Person.class, ada).moveTo("London");
            assertThat(names(entities)).as("not flushed, as before any query").containsExactly("Grace");
        });
        soon(() -> namesIn(two).equals(List.of("Ada", "Grace")));
    }

    @Test
    void whoSaysItHasWrittenIsServedByTheDatabase() {
        hot();
        byHand("delete from cachetest.person where id = '" + ada + "'");
        TestContext.WRITTEN.set(true);
        assertThat(namesIn(one)).containsExactly("Grace");
        TestContext.WRITTEN.set(false);
        assertThat(isHit(one)).isTrue();
    }

    @Test
    void partitionsNeverMeet() {
        hot();
        byHand("delete from cachetest.person where id = '" + ada + "'");
        TestContext.PARTITION.set(Optional.of("t2"));
        assertThat(namesIn(one)).containsExactly("Grace");
        soon(() -> isHit(one));
        inOne(entities -> entities.persist(new Person("Edsger")));
        TestContext.PARTITION.set(Optional.of("t1"));
        assertThat(isHit(one))
                .as("the other partition's change is none of ours")
                .isTrue();
        TestContext.PARTITION.set(Optional.empty());
        assertThat(namesIn(one)).containsExactly("Grace");
        assertThat(isHit(one)).isFalse();
        inOne(entities -> entities.persist(new Person("Barbara")));
        TestContext.PARTITION.set(Optional.of("t1"));
        assertThat(namesIn(one)).as("a write without partition is everybody's").containsExactly("Grace");
    }

    @Test
    void compositeKeysAndWhatHasNoPartition() {
        HotQuery<Booking> bookings = HotQuery.ofEntities("bookings", Booking.class, 20, Duration.ofMinutes(5));
        byHand("insert into cachetest.booking values ('blue', 1, 1, 'Ada'), ('blue', 2, 1, 'Grace')");
        soon(() -> {
            int before = loads.get();
            List<String> guests = two.read(entities -> HotQueries.of(entities)
                    .list(bookings, List.of(), List.of(QueryTag.of(Booking.class)), () -> {
                        loads.incrementAndGet();
                        return entities.createQuery("select b from Booking b order by b.id.day", Booking.class)
                                .getResultList();
                    })
                    .stream()
                    .map(booking -> booking.guest)
                    .toList());
            assertThat(guests).containsExactly("Ada", "Grace");
            return loads.get() == before;
        });
    }

    @Test
    void whatDependsOnAnEntityThatIsNotCachedIsFoundEachTime() {
        HotQuery<Secret> secrets = HotQuery.ofEntities("secrets", Secret.class, 20, Duration.ofMinutes(5));
        Secret secret = new Secret();
        secret.id = 1;
        secret.text = "first";
        store(secret);
        for (int each = 1; each <= 3; each++) {
            one.read(entities -> HotQueries.of(entities)
                    .list(secrets, List.of(), List.of(QueryTag.of(Secret.class)), () -> {
                        loads.incrementAndGet();
                        return entities.createQuery("select s from Secret s", Secret.class)
                                .getResultList();
                    }));
            assertThat(loads.get()).isEqualTo(each);
        }
        inOne(entities -> entities.find(Secret.class, 1L).rewrite("second"));
        hot();
        assertThat(one.snapshot().pendingInvalidations()).isZero();
    }

    @Test
    void aFlushedRedisBelievesNothingOld() {
        hot();
        byHand("delete from cachetest.person where id = '" + ada + "'");
        assertThat(isHit(one)).isTrue();
        servers.flushRedis();
        // What is near is used until the next probe.
        soon(() -> namesIn(one).equals(List.of("Grace")));
        soon(() -> namesIn(two).equals(List.of("Grace")));
        hot();
    }

    @Test
    void anEvictedTagMakesNoOldResultValid() {
        hot();
        inOne(entities -> entities.find(Person.class, ada).moveTo("Paris"));
        servers.evictRowsOfRedis();
        assertThat(namesIn(one)).containsExactly("Grace");
        hot();
        assertThat(namesIn(two)).containsExactly("Grace");
    }

    @Test
    void aRedisThatHangsCostsNoErrorAndLeavesNothingStale() {
        hot();
        servers.redis().pause();
        for (int each = 0; each < 10; each++) {
            assertThat(namesIn(one)).containsExactly("Ada", "Grace");
        }
        inOne(entities -> entities.find(Person.class, ada).moveTo("Paris"));
        assertThat(namesIn(one)).containsExactly("Grace");
        servers.redis().resume();
        soon(() -> one.snapshot().isTrusted() && two.snapshot().isTrusted());
        assertThat(namesIn(one)).containsExactly("Grace");
        soon(() -> namesIn(two).equals(List.of("Grace")));
        hot();
        assertThat(namesIn(two)).containsExactly("Grace");
    }

    @Test
    void anotherEpochBeginsWithNothing() {
        hot();
        byHand("delete from cachetest.person where id = '" + ada + "'");
        String before = TestContext.epoch;
        try {
            TestContext.epoch = before + "+";
            assertThat(namesIn(one)).containsExactly("Grace");
            assertThat(namesIn(two)).containsExactly("Grace");
            hot();
        } finally {
            TestContext.epoch = before;
        }
    }

    @Test
    void withoutACacheTheQueryRuns() {
        try (Instance plain = Instance.start(
                servers, unit, Map.of("holdfast.cache.redisson", " ", "eclipselink.cache.shared.default", "false"))) {
            plain.write(entities -> {
                entities.persist(new Team(1, "Poets"));
                HotQueries.of(entities).changed(QueryTag.of(Team.class));
            });
            assertThat(namesIn(plain)).containsExactly("Ada", "Grace");
            assertThat(namesIn(plain)).containsExactly("Ada", "Grace");
            assertThat(loads.get()).isEqualTo(2);
        }
    }
}
