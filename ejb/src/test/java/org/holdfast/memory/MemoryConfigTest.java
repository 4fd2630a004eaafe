package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.holdfast.settings.MapConfig;
import org.holdfast.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryConfigTest {
    private static final String URL = "holdfast.memory.endpoint-url";

    private final Map<String, String> values = new HashMap<>();

    private MemoryConfig config() {
        return MemoryConfig.from(new Settings(new MapConfig(values)));
    }

    private void http() {
        values.put("holdfast.memory.embedder", "http");
        values.put(URL, "https://models.example/v1");
        values.put("holdfast.memory.endpoint-model", "some-model");
    }

    @Test
    void defaults() {
        MemoryConfig config = config();

        assertThat(config)
                .isEqualTo(new MemoryConfig(Optional.empty(), config.embeddingsAtOnce(), 10_000, Optional.empty()));
        assertThat(EmbeddingModels.name(config)).isEqualTo("all-MiniLM-L6-v2");
    }

    @Test
    void defaultsOfAnEndpoint() {
        http();

        MemoryConfig config = config();

        assertThat(config.endpoint())
                .contains(new EndpointConfig(
                        URI.create("https://models.example/v1"),
                        "some-model",
                        Optional.empty(),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        64,
                        4,
                        false));
        assertThat(EmbeddingModels.name(config)).isEqualTo("some-model");
    }

    @Test
    void everyKeyIsRead() {
        http();
        values.put("holdfast.memory.embeddings-at-once", "3");
        values.put("holdfast.memory.vectors-remembered", "5");
        values.put(URL, "http://127.0.0.1:11434/v1/");
        values.put("holdfast.memory.endpoint-key", "k1");
        values.put("holdfast.memory.endpoint-timeout-millis", "40000");
        values.put("holdfast.memory.endpoint-wait-millis", "50000");
        values.put("holdfast.memory.endpoint-texts", "7");
        values.put("holdfast.memory.endpoint-requests", "9");
        values.put("holdfast.memory.endpoint-dimensions", "true");

        MemoryConfig config = config();

        assertThat(config)
                .isEqualTo(new MemoryConfig(
                        Optional.empty(),
                        3,
                        5,
                        Optional.of(new EndpointConfig(
                                URI.create("http://127.0.0.1:11434/v1/"),
                                "some-model",
                                Optional.of(new ApiKey("k1")),
                                Duration.ofSeconds(40),
                                Duration.ofSeconds(50),
                                7,
                                9,
                                true))));
        assertThat(config.endpoint().orElseThrow().address())
                .isEqualTo(URI.create("http://127.0.0.1:11434/v1/embeddings"));
    }

    @Test
    void aModelInTheProcessIsNamedByItsClass() {
        values.put("holdfast.memory.embedder", "in-process");
        values.put("holdfast.memory.embedding-model", "org.example.Model");

        assertThat(EmbeddingModels.name(config())).isEqualTo("org.example.Model");
    }

    @Test
    void aBadValueIsRefusedByKeyValueAndRange() {
        refused("holdfast.memory.embedder", "cloud", "one of [in-process, http]");
        refused("holdfast.memory.embeddings-at-once", "0", "1 to 256");
        refused("holdfast.memory.endpoint-timeout-millis", "99", "100 to 60000");
        refused("holdfast.memory.endpoint-wait-millis", "9999", "10000 to 60000");
        refused("holdfast.memory.endpoint-texts", "257", "1 to 256");
        refused("holdfast.memory.endpoint-requests", "0", "1 to 256");
        refused("holdfast.memory.endpoint-dimensions", "384", "true or false");
        refused("holdfast.memory.embedding-model", "text-embedding-3-small", "holdfast.memory.endpoint-model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://models.example/v1",
                "http://10.0.0.1/v1",
                "http://localhost.example/v1",
                "http://127.0.0.1.example/v1",
                "ftp://localhost/v1",
                "models.example/v1",
                "https:///v1",
                "https://models.example/v1?version=1",
                "https://models.example/v1#top",
                "https://models example"
            })
    void anAddressInClearThatLeavesTheMachineOrNoneAtAllIsRefused(String address) {
        refused(URL, address, "https://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080", "http://[::1]:8080/v1", "HTTPS://models.example"})
    void othersAreTaken(String address) {
        http();
        values.put(URL, address);

        assertThat(config().endpoint().orElseThrow().base()).isEqualTo(URI.create(address));
    }

    @Test
    void whatAnEndpointNeedsIsAskedForByName() {
        values.put("holdfast.memory.embedder", "http");
        assertThatThrownBy(this::config).hasMessageContaining(URL);

        values.put(URL, "https://models.example/v1");
        assertThatThrownBy(this::config).hasMessageContaining("holdfast.memory.endpoint-model");
    }

    @Test
    void secretsStayOutOfTextsAndErrors() {
        http();
        values.put("holdfast.memory.endpoint-key", "top-secret");
        assertThat(config().toString()).doesNotContain("top-secret");

        values.put("holdfast.memory.endpoint-key", "top secret");
        assertThatThrownBy(this::config)
                .hasMessageContaining("holdfast.memory.endpoint-key")
                .hasMessageNotContaining("top secret");

        values.put("holdfast.memory.endpoint-key", "k");
        values.put(URL, "https://me:top-secret@models.example/v1");
        assertThatThrownBy(this::config)
                .hasMessageContaining(URL)
                .hasMessageNotContaining("top-secret")
                .hasNoCause();
    }

    @Test
    void valuesOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> new MemoryConfig(Optional.empty(), 0, 10, Optional.empty()))
                .hasMessage("embeddings at once = 0 is not from 1 to 256");
        assertThatThrownBy(() -> new MemoryConfig(Optional.empty(), 1, -1, Optional.empty()))
                .hasMessage("vectors remembered = -1 is not from 0 to 1000000");
    }

    @Test
    void aModelThatIsNoneIsRefusedByName() {
        assertThatThrownBy(() -> EmbeddingModels.load(Optional.of("java.lang.String")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holdfast.memory.embedding-model = 'java.lang.String'");
    }

    private void refused(String key, String value, String why) {
        values.clear();
        http();
        values.put(key, value);
        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(key, "'" + value + "'", why);
    }
}
