package org.holdfast.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.holdfast.model.user.Role;
import org.holdfast.settings.MapConfig;
import org.holdfast.settings.Settings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityConfigTest {
    @TempDir
    Path directory;

    private final Map<String, String> values = new HashMap<>();

    @BeforeEach
    void signingKeyIsThere() throws Exception {
        values.put(
                "holdfast.security.signing-key",
                Files.createFile(directory.resolve("key")).toString());
    }

    private SecurityConfig config() {
        return SecurityConfig.from(new Settings(new MapConfig(values)));
    }

    @Test
    void defaults() {
        SecurityConfig config = config();

        assertThat(config.accessTokenLife()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.refreshTokenLife()).isEqualTo(Duration.ofDays(30));
        assertThat(config.hashingsAtOnce()).isEqualTo(2);
        assertThat(config.failuresPerMinute()).isEqualTo(10);
        assertThat(config.firstUsers()).isEmpty();
        assertThat(config.publicKeyLocation()).isEmpty();
    }

    @Test
    void theDefaultIssuerIsTheOneThatTheVerifierReads() throws Exception {
        Properties file = new Properties();
        try (InputStream in = SecurityConfig.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
            file.load(in);
        }

        assertThat(config().issuer()).isEqualTo(file.getProperty("mp.jwt.verify.issuer"));
    }

    @Test
    void everyKeyIsRead() {
        values.put("mp.jwt.verify.issuer", "https://other");
        values.put("mp.jwt.verify.publickey.location", "file:/k");
        values.put("holdfast.security.access-token-millis", "60000");
        values.put("holdfast.security.refresh-token-millis", "120000");
        values.put("holdfast.security.hashings-at-once", "3");
        values.put("holdfast.security.failures-per-minute", "4");
        values.put("holdfast.security.admin-user", "root");
        values.put("holdfast.security.admin-password", "p1");
        values.put("holdfast.security.agent-user", "bot");
        values.put("holdfast.security.agent-password", "p2");

        SecurityConfig config = config();

        assertThat(config.issuer()).isEqualTo("https://other");
        assertThat(config.publicKeyLocation()).contains("file:/k");
        assertThat(config.accessTokenLife()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.refreshTokenLife()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.hashingsAtOnce()).isEqualTo(3);
        assertThat(config.failuresPerMinute()).isEqualTo(4);
        assertThat(config.firstUsers())
                .containsExactly(
                        new FirstUser("root", new Secret("p1"), Set.of(Role.admin, Role.operator)),
                        new FirstUser("bot", new Secret("p2"), Set.of(Role.agent)));
    }

    @Test
    void secretsStayOutOfTheText() {
        values.put("holdfast.security.admin-user", "root");
        values.put("holdfast.security.admin-password", "top-secret");

        assertThat(config().toString()).doesNotContain("top-secret");
    }

    @Test
    void aUserWithoutAPasswordAndAKeyThatIsNotThereAreRefusedByName() {
        values.put("holdfast.security.admin-user", "root");
        assertThatThrownBy(this::config).hasMessageContaining("holdfast.security.admin-password");

        values.put("holdfast.security.signing-key", directory.resolve("none").toString());
        assertThatThrownBy(this::config)
                .hasMessageContaining("holdfast.security.signing-key")
                .hasMessageContaining("none");
    }
}
