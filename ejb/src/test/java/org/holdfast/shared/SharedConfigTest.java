package org.holdfast.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.holdfast.settings.MapConfig;
import org.holdfast.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedConfigTest {
    @TempDir
    Path directory;

    private final Map<String, String> values = new HashMap<>();

    private SharedConfig config() {
        return SharedConfig.from(new Settings(new MapConfig(values)));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @Test
    void defaults() {
        assertThat(config())
                .isEqualTo(new SharedConfig(Optional.empty(), Optional.empty(), Site.a, "app1", true, 0, 0));
    }

    @Test
    void everyKeyIsRead() throws IOException {
        String own = file("own.yaml", "singleServerConfig:\n  address: \"redis://localhost:1\"\n");
        String other = file("other.yaml", "singleServerConfig:\n  address: \"redis://localhost:2\"\n");
        values.put("holdfast.redis.config", own);
        values.put("holdfast.redis.other-site-config", other);
        values.put("holdfast.redis.site", "b");
        values.put("holdfast.instance", "app2");
        values.put("holdfast.failover.instances", "app1,app2");
        values.put("holdfast.limits.requests-per-minute-user", "7");
        values.put("holdfast.limits.requests-per-minute-tenant", "9");

        assertThat(config())
                .isEqualTo(new SharedConfig(Optional.of(own), Optional.of(other), Site.b, "app2", false, 7, 9));
    }

    @Test
    void badValuesAreRefusedByName() throws IOException {
        refused("holdfast.redis.site", "c", "one of [a, b]");
        refused("holdfast.limits.requests-per-minute-user", "-1", "0 to 100000000");
        refused("holdfast.limits.requests-per-minute-tenant", "many", "0 to 100000000");
        refused("holdfast.redis.config", "/nowhere", "a file that this process can read");
        refused("holdfast.redis.config", file("empty.yaml", "threads: 2\n"), "has neither singleServerConfig");
        refused(
                "holdfast.redis.other-site-config",
                file("alone.yaml", "singleServerConfig:\n  address: \"redis://localhost:1\"\n"),
                "must not be set without holdfast.redis.config");
    }

    private void refused(String key, String value, String why) {
        values.clear();
        values.put(key, value);
        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(key, value, why);
    }
}
