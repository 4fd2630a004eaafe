package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.RollbackException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.persistence.sessions.SessionEvent;
import org.eclipse.persistence.sessions.SessionEventAdapter;
import org.eclipse.persistence.sessions.SessionEventListener;
import org.eclipse.persistence.sessions.server.ServerSession;
import org.holdfast.cache.entities.Person;
import org.holdfast.cache.entities.Team;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CorrectnessIT extends TwoInstances {
    private UUID id = UUID.randomUUID();

    @BeforeEach
    void oneThatBothHaveRead() {
        servers.execute("truncate cachetest.person_tag, cachetest.passport, cachetest.person, cachetest.team");
        Person ada = new Person("Ada");
        id = ada.id;
        store(ada);
        assertRead(throughRedis("Person", Person.class, id, person -> person.name), "Ada");
    }

    private String nameIn(Instance instance) {
        return instance.read(entities -> entities.find(Person.class, id).name);
    }

    private void byHand(String name) {
        servers.execute("update cachetest.person set name = '" + name + "' where id = '" + id + "'");
    }

    @Test
    void aRefreshReadsTheDatabase() {
        byHand("Grace");
        assertThat(nameIn(one)).isEqualTo("Ada");
        String refreshed = one.read(entities -> {
            Person person = entities.find(Person.class, id);
            entities.refresh(person);
            return person.name;
        });
        assertThat(refreshed).isEqualTo("Grace");
        assertThat(nameIn(one)).isEqualTo("Grace");
    }

    @Test
    void aPessimisticLockReadsTheDatabase() {
        byHand("Grace");
        String locked = one.read(entities -> entities.find(Person.class, id, LockModeType.PESSIMISTIC_WRITE).name);
        assertThat(locked).isEqualTo("Grace");
    }

    @Test
    void anOptimisticLockOnWhatIsStaleFailsAndTheNextTrySucceeds() {
        servers.execute("update cachetest.person set name = 'Grace', version = 2 where id = '" + id + "'");
        assertThatThrownBy(() ->
                        one.write(entities -> entities.find(Person.class, id).rename("Edsger")))
                .isInstanceOf(RollbackException.class)
                .hasCauseInstanceOf(OptimisticLockException.class);
        assertThat(nameIn(one)).isEqualTo("Grace");
        one.write(entities -> entities.find(Person.class, id).rename("Edsger"));
        soon(() -> nameIn(two).equals("Edsger"));
    }

    @Test
    void aQueryByKeyAndOneByNameSeeWhatIsTrue() {
        two.write(entities -> entities.find(Person.class, id).rename("Grace"));
        soon(() -> one.read(entities -> entities.createQuery("select p from Person p where p.id = :id", Person.class)
                        .setParameter("id", id)
                        .getSingleResult()
                        .name)
                .equals("Grace"));
        int found =
                one.read(entities -> entities.createQuery("select p from Person p where p.name = 'Grace'", Person.class)
                        .getResultList()
                        .size());
        assertThat(found).isEqualTo(1);
    }

    @Test
    void aBulkUpdateIsSeenByAll() {
        one.write(entities ->
                entities.createQuery("update Person p set p.name = 'Grace'").executeUpdate());
        assertThat(nameIn(one)).isEqualTo("Grace");
        soon(() -> nameIn(two).equals("Grace"));
        assertRead(throughRedis("Person", Person.class, id, person -> person.name), "Grace");
    }

    @Test
    void aBulkUpdateThatIsNotCommittedIsSeenByNobody() {
        EntityManager entities = one.factory().createEntityManager();
        entities.getTransaction().begin();
        entities.createQuery("update Person p set p.name = 'Grace'").executeUpdate();
        assertThat(nameIn(two)).isEqualTo("Ada");
        assertThat(nameIn(one)).isEqualTo("Ada");
        entities.getTransaction().commit();
        entities.close();
        soon(() -> nameIn(two).equals("Grace"));
        soon(() -> nameIn(one).equals("Grace"));
    }

    // Others keep rows again when a window has passed, and the commit has not come.
    @Test
    void whatWasKeptDuringALongBulkChangeIsNotUsedAfterItsCommit() {
        AtomicBoolean isAsked = new AtomicBoolean();
        // Before the cache hears that the commit is over: the process might have died here.
        SessionEventListener afterCommit = new SessionEventAdapter() {
            @Override
            public void postCommitUnitOfWork(SessionEvent event) {
                if (isAsked.compareAndSet(false, true)) {
                    readFromRedisBy(two, "Grace");
                }
            }
        };
        one.factory()
                .unwrap(ServerSession.class)
                .getEventManager()
                .getListeners()
                .add(0, afterCommit);
        one.write(entities -> {
            entities.createQuery("update Person p set p.name = 'Grace'").executeUpdate();
            readFromRedisBy(two, "Ada");
        });
        assertThat(isAsked).isTrue();
    }

    // Each read has the name, until one is answered by Redis.
    private void readFromRedisBy(Instance instance, String name) {
        soon(() -> {
            instance.factory().getCache().evictAll();
            long hits = instance.counts("Person").redisHits();
            assertThat(nameIn(instance)).isEqualTo(name);
            return instance.counts("Person").redisHits() > hits;
        });
    }

    @Test
    void aBulkDeleteIsSeenByAll() {
        one.write(entities -> entities.createQuery("delete from Person p").executeUpdate());
        soon(() -> two.read(entities -> entities.find(Person.class, id) == null));
        boolean isGone = one.read(entities -> entities.find(Person.class, id) == null);
        assertThat(isGone).isTrue();
    }

    @Test
    void aNativeUpdateIsSeenByAll() {
        one.write(entities -> entities.createNativeQuery("update cachetest.person set name = 'Grace'")
                .executeUpdate());
        assertThat(nameIn(one)).isEqualTo("Grace");
        soon(() -> nameIn(two).equals("Grace"));
    }

    @Test
    void aNativeUpdateOfSomethingElseEmptiesNothing() {
        long drops = one.counts("Person").drops();
        one.write(entities -> entities.createNativeQuery("update cachetest.secret set text = 'x'")
                .executeUpdate());
        assertThat(one.counts("Person").drops()).isEqualTo(drops);
        one.write(entities ->
                entities.createNativeQuery("do $$ begin null; end $$").executeUpdate());
        assertThat(one.counts("Person").drops()).isGreaterThan(drops);
    }

    @Test
    void evictingReachesEverybody() {
        byHand("Grace");
        assertThat(nameIn(two)).isEqualTo("Ada");
        one.cache().evict(Person.class, id);
        assertThat(nameIn(one)).isEqualTo("Grace");
        soon(() -> nameIn(two).equals("Grace"));

        byHand("Edsger");
        one.cache().evict(Person.class);
        soon(() -> nameIn(two).equals("Edsger"));

        byHand("Barbara");
        two.cache().evictAll();
        soon(() -> nameIn(one).equals("Barbara"));
    }

    @Test
    void aRollbackChangesNothing() {
        EntityManager entities = one.factory().createEntityManager();
        entities.getTransaction().begin();
        entities.find(Person.class, id).rename("Grace");
        entities.flush();
        entities.getTransaction().rollback();
        entities.close();
        assertThat(nameIn(one)).isEqualTo("Ada");
        assertThat(nameIn(two)).isEqualTo("Ada");
    }

    @Test
    void whatATransactionWroteItReads() {
        String read = one.read(entities -> {
            entities.find(Person.class, id).rename("Grace");
            entities.flush();
            entities.clear();
            return entities.find(Person.class, id).name;
        });
        assertThat(read).isEqualTo("Grace");
        assertThat(nameIn(one)).isEqualTo("Grace");
    }

    @Test
    void whatIsNotCommittedIsSeenByNobodyElse() {
        EntityManager entities = one.factory().createEntityManager();
        entities.getTransaction().begin();
        entities.find(Person.class, id).rename("Grace");
        entities.flush();
        assertThat(nameIn(one)).isEqualTo("Ada");
        assertThat(nameIn(two)).isEqualTo("Ada");
        entities.getTransaction().commit();
        entities.close();
        assertThat(nameIn(one)).isEqualTo("Grace");
        assertThat(nameIn(two)).isEqualTo("Grace");
    }

    @Test
    void aDeletedEntityIsFoundByNobodyAndMayComeBack() {
        one.write(entities -> entities.remove(entities.find(Person.class, id)));
        boolean isGone = two.read(entities -> entities.find(Person.class, id) == null);
        assertThat(isGone).isTrue();
        Person again = new Person("Grace");
        again.id = id;
        two.write(entities -> entities.persist(again));
        assertThat(nameIn(one)).isEqualTo("Grace");
        assertThat(nameIn(two)).isEqualTo("Grace");
    }

    @Test
    void anEntityWithoutVersion() {
        store(new Team(1, "Analysts"));
        assertRead(throughRedis("Team", Team.class, 1L, team -> team.name), "Analysts");
        two.write(entities -> entities.find(Team.class, 1L).rename("Poets"));
        soon(() -> one.read(entities -> entities.find(Team.class, 1L).name).equals("Poets"));
        String name = two.read(entities -> entities.find(Team.class, 1L).name);
        assertThat(name).isEqualTo("Poets");
    }

    @Test
    void columnsThatPlainJdbcWritesInTheSameTransaction() {
        one.write(entities -> {
            one.cache().changedOutside(entities, Person.class, id);
            execute(entities.unwrap(Connection.class), "update cachetest.person set city = 'Paris'");
            assertThat(entities.find(Person.class, id).home.city).isEqualTo("Paris");
        });
        soon(() -> "Paris".equals(two.read(entities -> entities.find(Person.class, id).home.city)));
        String city = one.read(entities -> String.valueOf(entities.find(Person.class, id).home.city));
        assertThat(city).isEqualTo("Paris");
    }

    @Test
    void aTransactionThatSaysItHasWrittenReadsPastTheCacheAndFillsNothing() {
        byHand("Grace");
        TestContext.WRITTEN.set(true);
        assertThat(nameIn(one)).isEqualTo("Grace");
        TestContext.WRITTEN.set(false);
        assertThat(nameIn(one)).isEqualTo("Ada");
    }

    @Test
    void anotherEpochBeginsWithNothing() {
        byHand("Grace");
        assertThat(nameIn(one)).isEqualTo("Ada");
        String before = TestContext.epoch;
        try {
            TestContext.epoch = before + "+";
            assertThat(nameIn(one)).isEqualTo("Grace");
            soon(() -> one.snapshot().isTrusted());
            assertThat(nameIn(one)).isEqualTo("Grace");
            assertThat(nameIn(two)).isEqualTo("Grace");
        } finally {
            TestContext.epoch = before;
        }
    }

    @Test
    void withoutPartitionNothingIsCachedAndEveryWriteEmptiesTheRegion() {
        byHand("Grace");
        TestContext.PARTITION.set(Optional.empty());
        assertThat(nameIn(one)).isEqualTo("Grace");
        byHand("Edsger");
        assertThat(nameIn(one)).isEqualTo("Edsger");
        one.write(entities -> entities.find(Person.class, id).rename("Barbara"));
        TestContext.PARTITION.set(Optional.of("t1"));
        soon(() -> nameIn(two).equals("Barbara"));
        soon(() -> nameIn(one).equals("Barbara"));
    }

    @Test
    void aDetachedEntityIsMerged() {
        Person detached = one.read(entities -> entities.find(Person.class, id));
        detached.name = "Grace";
        two.write(entities -> entities.merge(detached));
        soon(() -> nameIn(one).equals("Grace"));
        assertThat(nameIn(two)).isEqualTo("Grace");
    }

    private static void assertRead(String read, String expected) {
        assertThat(read).isEqualTo(expected);
    }

    private static void execute(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
