package org.holdfast.cache;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.awaitility.Awaitility;

/** An application's process, as far as the cache can tell: a factory of its own with a near cache of its own. */
final class Instance implements AutoCloseable {
    private final EntityManagerFactory factory;

    private Instance(EntityManagerFactory factory) {
        this.factory = factory;
    }

    /** One that works on the primary. */
    static Instance start(Servers servers, String unit, Map<String, String> more) {
        return start(servers, servers.primaryUrl(), unit, TestContext.class, more);
    }

    /** One that reads from the replica. */
    static Instance startLagging(Servers servers, String unit, Map<String, String> more) {
        return start(servers, servers.replicaUrl(), unit, TestContext.Lagging.class, more);
    }

    /** One whose connections come from a source of its own. */
    static Instance startOn(
            DataSource source,
            Servers servers,
            String unit,
            Class<? extends CacheContext> context,
            Map<String, String> more) {
        Map<String, Object> properties = properties(servers, "", unit, context, more);
        properties.keySet().removeIf(key -> key.startsWith("jakarta.persistence.jdbc."));
        properties.put("jakarta.persistence.nonJtaDataSource", source);
        return start(properties);
    }

    private static Instance start(
            Servers servers, String url, String unit, Class<? extends CacheContext> context, Map<String, String> more) {
        return start(properties(servers, url, unit, context, more));
    }

    private static Map<String, Object> properties(
            Servers servers, String url, String unit, Class<? extends CacheContext> context, Map<String, String> more) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("jakarta.persistence.jdbc.url", url);
        properties.put("jakarta.persistence.jdbc.user", "postgres");
        properties.put("jakarta.persistence.jdbc.password", servers.databasePassword());
        properties.put("jakarta.persistence.jdbc.driver", "org.postgresql.Driver");
        properties.put("eclipselink.target-database", "PostgreSQL");
        properties.put("eclipselink.session-name", UUID.randomUUID().toString());
        properties.put("eclipselink.session.customizer", CacheCustomizer.class.getName());
        properties.put("eclipselink.logging.level", "WARNING");
        properties.put("holdfast.cache.context", context.getName());
        properties.put("holdfast.cache.unit", unit);
        properties.put("holdfast.cache.redisson", servers.redisson());
        properties.put("holdfast.cache.lag-window-millis", "2000");
        properties.putAll(more);
        return properties;
    }

    private static Instance start(Map<String, Object> properties) {
        EntityManagerFactory factory = Persistence.createEntityManagerFactory("cached", properties);
        // Deploys it, and so starts the cache.
        factory.createEntityManager().close();
        return new Instance(factory);
    }

    Instance awaitTrust() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> snapshot().isTrusted());
        return this;
    }

    EntityManagerFactory factory() {
        return factory;
    }

    EntityCache cache() {
        return EntityCache.of(factory).orElseThrow();
    }

    CacheSnapshot snapshot() {
        return cache().snapshot();
    }

    CacheSnapshot.RegionCounts counts(String region) {
        return snapshot().regions().stream()
                .filter(each -> each.region().equals(region))
                .findFirst()
                .orElseThrow();
    }

    /** Reads in a transaction and a persistence context of its own. */
    <T> T read(Function<EntityManager, T> work) {
        EntityManager entities = factory.createEntityManager();
        try {
            entities.getTransaction().begin();
            T result = work.apply(entities);
            entities.getTransaction().commit();
            return result;
        } finally {
            if (entities.getTransaction().isActive()) {
                entities.getTransaction().rollback();
            }
            entities.close();
        }
    }

    void write(Consumer<EntityManager> work) {
        read(entities -> {
            work.accept(entities);
            return true;
        });
    }

    @Override
    public void close() {
        factory.close();
    }
}
