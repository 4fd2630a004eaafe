package org.holdfast.cache;

import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.holdfast.cache.entities.Person;

/** What the cache costs and gains, in microseconds, one thread; needs the servers of the tests. */
public final class CacheBench {
    private static final System.Logger LOG = System.getLogger(CacheBench.class.getName());
    private static final int ROUNDS = 6_000;
    private static final HotQuery<Person> IN_CITY =
            HotQuery.ofEntities("people-in-city", Person.class, 20, Duration.ofMinutes(10));

    private CacheBench() {}

    public static void main(String[] arguments) {
        Servers servers = Servers.get();
        String unit = "bench-" + UUID.randomUUID();
        Instance cached = Instance.start(servers, unit, Map.of()).awaitTrust();
        Instance other = Instance.start(servers, unit, Map.of()).awaitTrust();
        Instance plain = Instance.start(
                servers, unit, Map.of("holdfast.cache.redisson", " ", "eclipselink.cache.shared.default", "false"));
        Person person = new Person("Ada");
        person.home.city = "London";
        cached.write(entities -> entities.persist(person));
        UUID id = person.id;
        Person second = new Person("Grace");
        plain.write(entities -> entities.persist(second));
        UUID uncached = second.id;
        for (int each = 0; each < 2; each++) {
            report("near hit", () -> find(cached, id), () -> {});
            report("database by key", () -> find(plain, uncached), () -> {});
            other.read(entities -> entities.find(Person.class, id));
            report(
                    "Redis hit",
                    () -> find(cached, id),
                    () -> cached.factory().getCache().evictAll());
            report("database, cache installed", () -> past(cached, id), () -> {});
            report("update without cache", () -> rename(plain, uncached), () -> {});
            report("update with cache", () -> rename(cached, id), () -> {});
        }
        queries(cached, plain);
        LOG.log(System.Logger.Level.INFO, cached.snapshot().toString());
        cached.close();
        other.close();
        plain.close();
    }

    /** A list of 20 among 2000, by a column with an index. */
    private static void queries(Instance cached, Instance plain) {
        String city = "Cambridge " + UUID.randomUUID();
        cached.write(entities -> {
            for (int each = 0; each < 2000; each++) {
                Person person = new Person("Person " + each);
                person.home.city = each < 20 ? city : city + each / 20;
                entities.persist(person);
            }
        });
        Servers.get()
                .execute("create index if not exists person_city on cachetest.person (city); analyze cachetest.person");
        for (int each = 0; each < 2; each++) {
            report("JPQL, 20 rows, without cache", () -> inCity(plain, city, Bench.JPQL), () -> {});
            report("JPQL, 20 rows, cache installed", () -> inCity(cached, city, Bench.JPQL), () -> {});
            report("hot query, 20 rows near", () -> inCity(cached, city, Bench.HOT), () -> {});
            report(
                    "hot query, 20 rows in Redis",
                    () -> inCity(cached, city, Bench.HOT),
                    () -> cached.factory().getCache().evictAll());
        }
    }

    private enum Bench {
        JPQL,
        HOT
    }

    private static void inCity(Instance instance, String city, Bench how) {
        EntityManager entities = instance.factory().createEntityManager();
        Supplier<List<Person>> query = () -> entities.createQuery(
                        "select p from Person p where p.home.city = :city order by p.name", Person.class)
                .setParameter("city", city)
                .getResultList();
        List<Person> found = how == Bench.JPQL
                ? query.get()
                : HotQueries.of(entities).list(IN_CITY, List.of(city), List.of(QueryTag.of(Person.class)), query);
        if (found.size() != 20) {
            throw new IllegalStateException(found.size() + " found");
        }
        entities.close();
    }

    private static void find(Instance instance, UUID id) {
        EntityManager entities = instance.factory().createEntityManager();
        entities.find(Person.class, id);
        entities.close();
    }

    private static void past(Instance instance, UUID id) {
        EntityManager entities = instance.factory().createEntityManager();
        entities.find(
                Person.class,
                id,
                Map.of(
                        "jakarta.persistence.cache.retrieveMode",
                        "BYPASS",
                        "jakarta.persistence.cache.storeMode",
                        "BYPASS"));
        entities.close();
    }

    private static void rename(Instance instance, UUID id) {
        instance.write(entities -> entities.find(Person.class, id).rename("Ada " + System.nanoTime()));
    }

    private static void report(String name, Runnable work, Runnable before) {
        int rounds = name.startsWith("update") ? ROUNDS / 10 : ROUNDS;
        long[] nanos = new long[rounds];
        for (int each = -rounds / 2; each < rounds; each++) {
            before.run();
            long begun = System.nanoTime();
            work.run();
            long took = System.nanoTime() - begun;
            if (each >= 0) {
                nanos[each] = took;
            }
        }
        Arrays.sort(nanos);
        LOG.log(
                System.Logger.Level.INFO,
                "{0}: p50 {1} us, p99 {2} us",
                name,
                TimeUnit.NANOSECONDS.toMicros(nanos[rounds / 2]),
                TimeUnit.NANOSECONDS.toMicros(nanos[rounds * 99 / 100]));
    }
}
