package org.holdfast.shared;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.holdfast.settings.Settings;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class SharedProducer {
    @Produces
    @Singleton
    SharedConfig config(Settings settings) {
        return SharedConfig.from(settings);
    }

    @Produces
    @Singleton
    SharedRedis redis(SharedConfig config) {
        return new SharedRedis(config);
    }

    @Produces
    @Singleton
    CallerMarks callerMarks(SharedRedis redis, SharedConfig config) {
        return new CallerMarks(redis, config);
    }

    @Produces
    @Singleton
    RateLimits rateLimits(SharedRedis redis) {
        return new RateLimits(redis, System::nanoTime);
    }

    @Produces
    @Singleton
    UsageCounters usageCounters(SharedRedis redis, SharedConfig config, InstantSource clock) {
        return new UsageCounters(redis, config, clock);
    }

    @Produces
    @Singleton
    RequestQuotas requestQuotas(SharedConfig config, RateLimits limits, UsageCounters usage) {
        return new RequestQuotas(config, limits, usage);
    }
}
