package org.holdfast.shared;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.holdfast.cache.redis.RedisSettings;
import org.holdfast.settings.Settings;

/**
 * Where shared state is, and what its limits are.
 *
 * @param redis Redisson's file for this site's Redis; empty when each process goes by itself
 * @param otherRedis the same for the other site's; empty when there is one site
 * @param site which of the two this instance is in
 * @param instance the name of this instance
 * @param isAlone whether there is no other instance
 * @param requestsOfCaller how many requests a minute one user may make; 0: any number
 * @param requestsOfTenant how many all users of one tenant together; 0: any number
 */
record SharedConfig(
        Optional<String> redis,
        Optional<String> otherRedis,
        Site site,
        String instance,
        boolean isAlone,
        int requestsOfCaller,
        int requestsOfTenant) {
    private static final int REQUESTS_MAX = 100_000_000;

    /** Each process goes by itself. */
    static SharedConfig off() {
        return new SharedConfig(Optional.empty(), Optional.empty(), Site.a, "alone", true, 0, 0);
    }

    static SharedConfig from(Settings settings) {
        Optional<String> redis = file(settings, "holdfast.redis.config");
        Optional<String> otherRedis = file(settings, "holdfast.redis.other-site-config");
        if (redis.isEmpty() && otherRedis.isPresent()) {
            throw new IllegalArgumentException("configuration holdfast.redis.other-site-config = '" + otherRedis.get()
                    + "' is not allowed: it must not be set without holdfast.redis.config");
        }
        // As the failover feature reads them; shared state may not depend on it.
        String instance = settings.text("holdfast.instance").orElse("app1");
        List<String> instances = settings.words("holdfast.failover.instances", List.of(instance));
        return new SharedConfig(
                redis,
                otherRedis,
                settings.choice("holdfast.redis.site", Site.a),
                instance,
                instances.size() <= 1,
                settings.integer("holdfast.limits.requests-per-minute-user", 0, 0, REQUESTS_MAX),
                settings.integer("holdfast.limits.requests-per-minute-tenant", 0, 0, REQUESTS_MAX));
    }

    private static Optional<String> file(Settings settings, String key) {
        if (settings.text(key).isEmpty()) {
            return Optional.empty();
        }
        Path file = settings.file(key, "Redisson's configuration in YAML");
        try {
            RedisSettings.check(file.toString());
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "configuration " + key + " = '" + file + "' is not allowed: " + unusable.getMessage(), unusable);
        }
        return Optional.of(file.toString());
    }
}
