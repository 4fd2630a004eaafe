package org.holdfast.launcher;

import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Which Redis an instance has for its own, as in production the one of its cloud. */
enum RedisSite {
    A(NodeName.REDIS_A),
    B(NodeName.REDIS_B);

    private final NodeName redis;

    RedisSite(NodeName redis) {
        this.redis = redis;
    }

    /** The first site, unless {@code HOLDFAST_APP<n>_REDIS_SITE} says {@code b}. */
    static RedisSite of(Map<String, String> environment, int instance) {
        String variable = "HOLDFAST_APP" + instance + "_REDIS_SITE";
        String wanted = environment.getOrDefault(variable, "a");
        return switch (wanted) {
            case "a" -> A;
            case "b" -> B;
            default -> throw new LauncherException(2, variable + "=" + wanted + " is not a site; use a or b");
        };
    }

    /** Whether instances are at both sites. */
    static boolean areTwo(Map<String, String> environment, int instances) {
        return IntStream.rangeClosed(1, instances)
                        .mapToObj(instance -> of(environment, instance))
                        .distinct()
                        .count()
                > 1;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    NodeName redis() {
        return redis;
    }

    RedisSite other() {
        return this == A ? B : A;
    }
}
