package org.holdfast.cache;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.persistence.config.CacheIsolationType;
import org.eclipse.persistence.config.SessionCustomizer;
import org.eclipse.persistence.sessions.Session;
import org.eclipse.persistence.sessions.server.ServerSession;
import org.holdfast.cache.redis.RedisSettings;

/**
 * Installs the cache in a persistence unit: name this class in {@code eclipselink.session.customizer}. A customizer of the
 * application's own goes to {@code holdfast.cache.session-customizer}, and runs first.
 */
public final class CacheCustomizer implements SessionCustomizer {
    private static final String NEXT = CacheConfig.KEYS + "session-customizer";
    private static final String CONTEXT = CacheConfig.KEYS + "context";

    @Override
    public void customize(Session session) throws Exception {
        Map<String, Object> properties = session.getProperties();
        if (properties.get(NEXT) instanceof String next) {
            create(session, next, NEXT, SessionCustomizer.class).customize(session);
        }
        if (session instanceof ServerSession server) {
            CacheContext context = properties.get(CONTEXT) instanceof String name
                    ? create(session, name, CONTEXT, CacheContext.class)
                    : new CacheContext() {};
            Map<String, Object> all = new HashMap<>(properties);
            all.putAll(context.properties());
            install(server, CacheConfig.from(all), context);
        }
    }

    private static void install(ServerSession session, CacheConfig config, CacheContext context) {
        Optional<String> redisson = config.redisson();
        if (redisson.isEmpty()) {
            CacheUnit.LOG.log(
                    System.Logger.Level.INFO,
                    "{0}: the cache is off, because {1}redisson is not set",
                    session.getName(),
                    CacheConfig.KEYS);
            // EclipseLink's own shared cache would know neither partitions nor other processes.
            session.getDescriptors().values().stream()
                    .filter(descriptor -> !descriptor.isDescriptorTypeAggregate())
                    .forEach(descriptor -> descriptor.getCachePolicy().setCacheIsolation(CacheIsolationType.ISOLATED));
            return;
        }
        RedisSettings.check(redisson.get());
        String name = config.unit().orElse(session.getName());
        new CacheInstallation(new CacheUnit(name, config, context, redisson.get(), session)).begin();
    }

    private static <T> T create(Session session, String className, String property, Class<T> type) {
        try {
            ClassLoader loader = session.getPlatform().getConversionManager().getLoader();
            return type.cast(
                    Class.forName(className, true, loader).getConstructor().newInstance());
        } catch (ReflectiveOperationException | ClassCastException failure) {
            throw new IllegalArgumentException(
                    property + " is '" + className + "', which cannot be made a " + type.getSimpleName(), failure);
        }
    }
}
