package org.holdfast.cache.redis;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.redisson.config.BaseConfig;
import org.redisson.config.Config;
import org.redisson.config.EqualJitterDelay;
import org.redisson.config.ReadMode;

/**
 * Redisson's configuration from the text of its YAML file, from where that file is, or from a plain address. {@code ${NAME}}
 * in an address stands for an environment variable or system property; in YAML Redisson does that itself. Whatever the
 * configuration says, a lost connection is tried again after half a second at most.
 */
public final class RedisSettings {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9_.]+)}");
    private static final int NETTY_THREADS = 4;
    private static final int THREADS = 2;
    private static final int TIMEOUT_MILLIS = 1000;
    private static final int PING_MILLIS = 1000;
    private static final Duration RECONNECTION_FIRST = Duration.ofMillis(100);
    private static final Duration RECONNECTION_MAX = Duration.ofMillis(500);

    private RedisSettings() {}

    /**
     * Reads it to see whether it can be.
     *
     * @throws IllegalArgumentException when it cannot, with the reason
     */
    public static void check(String where) {
        Config unused = read(where);
    }

    /**
     * Reads it.
     *
     * @param where {@code redis://host:port} or {@code rediss://...}, {@code classpath:name}, a file, or YAML text
     * @throws IllegalArgumentException when it cannot be read
     */
    public static Config read(String where) {
        Config config = where.matches("(redis|rediss|valkey|valkeys)://.*") ? single(substituted(where)) : yaml(where);
        // Rows and tombstones of a Redis replica may be old: only masters are asked.
        if (config.isClusterConfig()) {
            comeBackSoon(config.useClusterServers().setReadMode(ReadMode.MASTER));
        } else if (config.isSentinelConfig()) {
            comeBackSoon(config.useSentinelServers().setReadMode(ReadMode.MASTER));
        } else {
            comeBackSoon(config.useSingleServer());
        }
        config.setLazyInitialization(true);
        config.setUseScriptCache(true);
        return config;
    }

    // Redisson's own pauses grow to 10 s, and a connection that went silent is noticed after 30 s.
    private static void comeBackSoon(BaseConfig<?> servers) {
        servers.setReconnectionDelay(new EqualJitterDelay(RECONNECTION_FIRST, RECONNECTION_MAX));
        servers.setPingConnectionInterval(Math.min(servers.getPingConnectionInterval(), PING_MILLIS));
        servers.setSubscriptionTimeout(Math.min(servers.getSubscriptionTimeout(), TIMEOUT_MILLIS));
    }

    private static Config single(String address) {
        Config config = new Config();
        config.setNettyThreads(NETTY_THREADS).setThreads(THREADS);
        config.useSingleServer()
                .setAddress(address)
                .setRetryAttempts(0)
                .setTimeout(TIMEOUT_MILLIS)
                .setConnectTimeout(TIMEOUT_MILLIS)
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(16)
                .setSubscriptionConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionPoolSize(4);
        return config;
    }

    private static Config yaml(String where) {
        String source = where.contains("\n") ? "" : " " + where;
        try {
            Config config = Config.fromYAML(text(where));
            // The other kinds spread reads over replicas, whose rows and tombstones may be old.
            if (config == null || !(config.isSingleConfig() || config.isSentinelConfig() || config.isClusterConfig())) {
                throw new IllegalArgumentException("Redisson's configuration" + source
                        + " has neither singleServerConfig nor sentinelServersConfig nor clusterServersConfig");
            }
            return config;
        } catch (IOException malformed) {
            throw new IllegalArgumentException(
                    "Redisson's configuration" + source + " cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    private static String text(String where) throws IOException {
        if (where.contains("\n")) {
            return where;
        }
        if (where.startsWith("classpath:")) {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            URL resource = loader.getResource(where.substring("classpath:".length()));
            if (resource == null) {
                throw new IllegalArgumentException("no " + where + " is visible to " + loader);
            }
            try (InputStream in = resource.openStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        return Files.readString(Path.of(substituted(where)));
    }

    private static String substituted(String text) {
        return VARIABLE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(variable(match.group(1))));
    }

    private static String variable(String name) {
        String value = System.getProperty(name, System.getenv(name));
        if (value == null) {
            throw new IllegalArgumentException("neither a system property nor an environment variable " + name);
        }
        return value;
    }
}
