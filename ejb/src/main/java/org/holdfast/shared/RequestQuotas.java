package org.holdfast.shared;

import java.time.Duration;
import java.util.Optional;

/** How many requests a user and a tenant may make, and how many they made. Thread-safe. */
public final class RequestQuotas {
    private static final String OF_USER = "requests-of-user";
    private static final String OF_TENANT = "requests-of-tenant";

    private final SharedConfig config;
    private final RateLimits limits;
    private final UsageCounters usage;

    RequestQuotas(SharedConfig config, RateLimits limits, UsageCounters usage) {
        this.config = config;
        this.limits = limits;
        this.usage = usage;
    }

    /**
     * A request that was refused.
     *
     * @param reason for the caller
     * @param retryAfter how long until one may be let through, whole seconds, 1 to 60
     */
    public record Refusal(String reason, Duration retryAfter) {
        static Refusal of(String whose, int most, Duration wait) {
            Duration seconds = Duration.ofSeconds(wait.plusNanos(999_999_999).toSeconds());
            return new Refusal(
                    whose + " may make " + most + " requests a minute; wait " + seconds.toSeconds() + " s", seconds);
        }
    }

    /** Counts a request, or says why it is refused; a refused one counts for nothing. */
    public Optional<Refusal> take(String tenant, String user) {
        Optional<Refusal> refusal = take(OF_USER, tenant + " " + user, "a user", config.requestsOfCaller());
        if (refusal.isEmpty()) {
            refusal = take(OF_TENANT, tenant, "all users of a tenant together", config.requestsOfTenant());
            if (refusal.isPresent() && config.requestsOfCaller() > 0) {
                limits.giveBack(OF_USER, tenant + " " + user);
            }
        }
        if (refusal.isEmpty()) {
            usage.count(tenant, user);
        }
        return refusal;
    }

    private Optional<Refusal> take(String limit, String subject, String whose, int most) {
        return most == 0
                ? Optional.empty()
                : limits.take(limit, subject, most).map(wait -> Refusal.of(whose, most, wait));
    }
}
