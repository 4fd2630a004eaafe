package org.holdfast.it.bench.cache;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.hibernate.jpa.HibernatePersistenceProvider;
import org.holdfast.cache.CacheCustomizer;
import org.holdfast.cache.EntityCache;
import org.holdfast.cache.HotQueries;
import org.holdfast.cache.HotQuery;
import org.holdfast.cache.QueryTag;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** EclipseLink with our cache and without any, Hibernate with Redisson's and without any; each with a row of its own. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls setUp first.
public class Ways {
    private static final Duration USED_WITHIN = Duration.ofSeconds(10);

    private static final HotQuery<Parcel> IN_CITY =
            HotQuery.ofEntities("parcels-in-city", Parcel.class, 20, Duration.ofMinutes(10));

    private final Servers servers = new Servers();
    private HikariDataSource pool;
    EntityManagerFactory ours;
    EntityManagerFactory oursElsewhere;
    EntityManagerFactory plain;
    EntityManagerFactory hibernate;
    EntityManagerFactory plainHibernate;
    UUID ourParcel;
    UUID plainParcel;
    UUID hibernateParcel;

    /** Starts all of them. */
    @Setup
    public void setUp() {
        pool = servers.pool();
        servers.makeTable(pool);
        String redisson = servers.redisson().toString();
        String unit = "bench-" + UUID.randomUUID();
        ours = eclipseLink(Map.of("holdfast.cache.redisson", redisson, "holdfast.cache.unit", unit));
        oursElsewhere = eclipseLink(Map.of("holdfast.cache.redisson", redisson, "holdfast.cache.unit", unit));
        plain = eclipseLink(Map.of("eclipselink.cache.shared.default", "false"));
        hibernate = hibernate(Map.of(
                "hibernate.cache.use_second_level_cache",
                "true",
                "hibernate.cache.region.factory_class",
                "org.redisson.hibernate.RedissonRegionFactory",
                "hibernate.cache.redisson.config",
                redisson));
        plainHibernate = hibernate(Map.of("hibernate.cache.use_second_level_cache", "false"));
        used(ours);
        used(oursElsewhere);
        ourParcel = stored(ours);
        plainParcel = stored(plain);
        hibernateParcel = stored(hibernate);
    }

    private EntityManagerFactory eclipseLink(Map<String, String> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("jakarta.persistence.provider", PersistenceProvider.class.getName());
        properties.put("jakarta.persistence.nonJtaDataSource", pool);
        properties.put("eclipselink.target-database", "PostgreSQL");
        properties.put("eclipselink.session-name", UUID.randomUUID().toString());
        properties.put("eclipselink.logging.level", "WARNING");
        if (more.containsKey("holdfast.cache.redisson")) {
            properties.put("eclipselink.session.customizer", CacheCustomizer.class.getName());
        }
        EntityManagerFactory factory = Persistence.createEntityManagerFactory("bench", properties);
        // Deploys it.
        factory.createEntityManager().close();
        return factory;
    }

    private EntityManagerFactory hibernate(Map<String, String> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("jakarta.persistence.provider", HibernatePersistenceProvider.class.getName());
        properties.put("jakarta.persistence.nonJtaDataSource", pool);
        return Persistence.createEntityManagerFactory("bench", properties);
    }

    private static void used(EntityManagerFactory factory) {
        EntityCache cache = EntityCache.of(factory).orElseThrow();
        long end = System.nanoTime() + USED_WITHIN.toNanos();
        while (!cache.snapshot().isTrusted()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the cache is not used within " + USED_WITHIN);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static UUID stored(EntityManagerFactory factory) {
        Parcel parcel = new Parcel();
        EntityManager entities = factory.createEntityManager();
        entities.getTransaction().begin();
        entities.persist(parcel);
        entities.getTransaction().commit();
        entities.close();
        return parcel.id;
    }

    /** A read in a persistence context of its own. */
    static Parcel find(EntityManagerFactory factory, UUID id) {
        EntityManager entities = factory.createEntityManager();
        try {
            return entities.find(Parcel.class, id);
        } finally {
            entities.close();
        }
    }

    /** A transaction that reads a row and changes it. */
    static void update(EntityManagerFactory factory, UUID id) {
        EntityManager entities = factory.createEntityManager();
        try {
            entities.getTransaction().begin();
            entities.find(Parcel.class, id).remark("at " + System.nanoTime());
            entities.getTransaction().commit();
        } finally {
            entities.close();
        }
    }

    /** Twenty parcels of a city, by a hot query. */
    static List<Parcel> hot(EntityManagerFactory factory, String city) {
        EntityManager entities = factory.createEntityManager();
        try {
            return HotQueries.of(entities)
                    .list(IN_CITY, List.of(city), List.of(QueryTag.of(Parcel.class)), () -> inCity(entities, city));
        } finally {
            entities.close();
        }
    }

    /** The same by JPQL. */
    static List<Parcel> inCity(EntityManagerFactory factory, String city) {
        EntityManager entities = factory.createEntityManager();
        try {
            return inCity(entities, city);
        } finally {
            entities.close();
        }
    }

    private static List<Parcel> inCity(EntityManager entities, String city) {
        return entities.createQuery("select p from Parcel p where p.city = :city order by p.street", Parcel.class)
                .setParameter("city", city)
                .getResultList();
    }

    /** Where our row was found last: near hits and Redis hits. */
    String counts() {
        return EntityCache.of(ours).orElseThrow().snapshot().regions().toString();
    }

    /** Stops all of them. */
    @TearDown
    public void tearDown() {
        ours.close();
        oursElsewhere.close();
        plain.close();
        hibernate.close();
        plainHibernate.close();
        pool.close();
    }
}
