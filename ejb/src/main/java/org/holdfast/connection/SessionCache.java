package org.holdfast.connection;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.holdfast.cache.CacheContext;
import org.holdfast.cache.redis.RedisSettings;
import org.holdfast.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Answers the second-level cache for the calling thread's session; outside a session nothing is cached. A service, found by
 * the persistence unit. Thread-safe.
 *
 * <p>The session is kept by thread, not in the transaction's registry: EclipseLink asks also after the commit, when that
 * is closed already. {@link ConnectionManager} begins and ends a session within one call.
 */
public final class SessionCache implements CacheContext {
    private static final Logger LOG = Logger.getLogger(SessionCache.class.getName());
    private static final String CONFIG_KEY = "holdfast.redis.config";
    private static final String ENABLED_KEY = "holdfast.cache.enabled";
    private static final String WINDOW_KEY = "holdfast.redis.window-millis";
    private static final Duration WINDOW_MIN = Duration.ofSeconds(6);
    private static final Duration WINDOW_MAX = Duration.ofHours(3);

    private static final ThreadLocal<@Nullable CacheView> CURRENT = new ThreadLocal<>();
    private static final AtomicLong EPOCH = new AtomicLong();

    /** For the service loader. */
    public SessionCache() {}

    /** The calling thread's session begins. */
    static void begin(CacheView view) {
        learnEpoch(view.epoch());
        CURRENT.set(view);
    }

    /** It has ended, or there is none. */
    static void end() {
        CURRENT.remove();
    }

    /**
     * The databases are in this epoch; an earlier one is never returned to.
     *
     * @return whether it is a later one than was known
     */
    static boolean learnEpoch(long epoch) {
        return EPOCH.getAndAccumulate(epoch, Math::max) < epoch;
    }

    @Override
    public Optional<String> partition() {
        CacheView view = CURRENT.get();
        return view == null ? Optional.empty() : view.partition();
    }

    @Override
    public String epoch() {
        return Long.toString(EPOCH.get());
    }

    @Override
    public boolean mayLag() {
        CacheView view = CURRENT.get();
        return view == null || view.lagKnownNanos().isPresent();
    }

    @Override
    public OptionalLong lagKnownNanos() {
        CacheView view = CURRENT.get();
        return view == null ? OptionalLong.empty() : view.lagKnownNanos();
    }

    @Override
    public boolean hasWritten() {
        CacheView view = CURRENT.get();
        // Who was routed in an earlier epoch reads another history than the cache holds.
        return view == null || view.mayHaveWritten() || view.epoch() != EPOCH.get();
    }

    @Override
    public boolean readsPast() {
        CacheView view = CURRENT.get();
        return view != null && view.readsPast();
    }

    @Override
    public OptionalLong mustKnowSince() {
        CacheView view = CURRENT.get();
        return view == null ? OptionalLong.empty() : view.since().shown();
    }

    @Override
    public OptionalLong hasReadSince() {
        CacheView view = CURRENT.get();
        return view == null ? OptionalLong.empty() : view.since().read();
    }

    @Override
    public Map<String, String> properties() {
        Settings settings = new Settings(ConfigProvider.getConfig());
        if (settings.text(CONFIG_KEY).isEmpty()) {
            LOG.log(Level.INFO, "the cache is off: {0} is not set", CONFIG_KEY);
            return Map.of();
        }
        if (!settings.flag(ENABLED_KEY, true)) {
            LOG.log(Level.INFO, "the cache is off: {0} is false", ENABLED_KEY);
            return Map.of();
        }
        return Map.of(
                "holdfast.cache.redisson",
                redisson(settings),
                "holdfast.cache.sites",
                settings.text("holdfast.redis.other-site-config").isPresent() ? "2" : "1",
                "holdfast.cache.lag-window-millis",
                Long.toString(window(settings).toMillis()));
    }

    // Five eighths of it must be longer than a replica may lag, with the age of that knowledge (two probes, 2 s)
    // and a commit.
    private static Duration window(Settings settings) {
        Duration least = ConnectionProducer.routingConfig(settings)
                .maxReplayLag()
                .multipliedBy(2)
                .plus(WINDOW_MIN);
        return settings.millis(WINDOW_KEY, least, least, WINDOW_MAX);
    }

    private static String redisson(Settings settings) {
        Path file = settings.file(CONFIG_KEY, "Redisson's configuration in YAML");
        try {
            RedisSettings.check(file.toString());
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "configuration " + CONFIG_KEY + " = '" + file + "' is not allowed: " + unusable.getMessage(),
                    unusable);
        }
        return file.toString();
    }
}
