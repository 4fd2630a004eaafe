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

    private static final ModelConfig OWN = new ModelConfig("holdfast.memory.", Optional.empty(), Optional.empty(), 384);

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

        assertThat(config).isEqualTo(new MemoryConfig(OWN, Optional.empty(), config.embeddingsAtOnce(), 10_000));
        assertThat(config.model().name()).isEqualTo("all-MiniLM-L6-v2");
    }

    @Test
    void defaultsOfAnEndpoint() {
        http();

        MemoryConfig config = config();

        assertThat(config.model().endpoint())
                .contains(new EndpointConfig(
                        "holdfast.memory.",
                        URI.create("https://models.example/v1"),
                        "some-model",
                        Optional.empty(),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        64,
                        4,
                        false,
                        384));
        assertThat(config.model().name()).isEqualTo("some-model");
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
                .isEqualTo(
                        new MemoryConfig(endpoint("holdfast.memory.", "some-model", "k1", 7), Optional.empty(), 3, 5));
        assertThat(config.model().endpoint().orElseThrow().address())
                .isEqualTo(URI.create("http://127.0.0.1:11434/v1/embeddings"));
    }

    @Test
    void vectorsOfAnotherLengthNeedAnotherModel() {
        values.put("holdfast.memory.dimensions", "1536");

        assertThatThrownBy(this::config)
                .hasMessageContaining("holdfast.memory.dimensions = '1536'")
                .hasMessageContaining("must be 384");
        http();
        assertThat(config().model().dimensions()).isEqualTo(1536);
        assertThat(config().model().endpoint().orElseThrow().dimensions()).isEqualTo(1536);
        values.put("holdfast.memory.dimensions", "4001");
        assertThatThrownBy(this::config).hasMessageContaining("holdfast.memory.dimensions");
    }

    private static ModelConfig endpoint(String keys, String model, String key, int texts) {
        return new ModelConfig(
                keys,
                Optional.empty(),
                Optional.of(new EndpointConfig(
                        keys,
                        URI.create("http://127.0.0.1:11434/v1/"),
                        model,
                        Optional.of(new ApiKey(key)),
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(50),
                        texts,
                        9,
                        true,
                        384)),
                384);
    }

    private void next() {
        values.put("holdfast.memory.next-embedder", "http");
        values.put("holdfast.memory.next-endpoint-url", "http://127.0.0.1:11434/v1/");
        values.put("holdfast.memory.next-endpoint-model", "next-model");
        values.put("holdfast.memory.next-endpoint-key", "k2");
        values.put("holdfast.memory.next-endpoint-timeout-millis", "40000");
        values.put("holdfast.memory.next-endpoint-wait-millis", "50000");
        values.put("holdfast.memory.next-endpoint-texts", "8");
        values.put("holdfast.memory.next-endpoint-requests", "9");
        values.put("holdfast.memory.next-endpoint-dimensions", "true");
    }

    @Test
    void everyKeyOfTheNextModelIsRead() {
        http();
        next();

        MemoryConfig config = config();

        assertThat(config.next()).contains(endpoint("holdfast.memory.next-", "next-model", "k2", 8));
        assertThat(config.models()).extracting(ModelConfig::name).containsExactly("some-model", "next-model");
        assertThat(config.toString()).doesNotContain("k2");
    }

    @Test
    void theNextModelMayBeOneInTheProcess() {
        http();
        values.put("holdfast.memory.next-embedder", "in-process");
        assertThat(config().next().orElseThrow().name()).isEqualTo("all-MiniLM-L6-v2");

        values.put("holdfast.memory.next-embedding-model", "org.example.Model");
        assertThat(config().next().orElseThrow().name()).isEqualTo("org.example.Model");
    }

    @Test
    void theNextModelIsAnotherOne() {
        http();
        next();
        values.put("holdfast.memory.next-endpoint-model", "some-model");

        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("holdfast.memory.next-embedder", "'some-model'", "another one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"next-embedding-model", "next-endpoint-url", "next-endpoint-model", "next-endpoint-key"})
    void whatIsSaidOfANextModelThatIsNoneIsRefused(String key) {
        values.put("holdfast.memory." + key, "anything");

        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "holdfast.memory." + key, "holdfast.memory.next-embedder", "in-process or http")
                .hasMessageNotContaining("anything");
    }

    @Test
    void aModelInTheProcessIsNamedByItsClass() {
        values.put("holdfast.memory.embedder", "in-process");
        values.put("holdfast.memory.embedding-model", "org.example.Model");

        assertThat(config().model().name()).isEqualTo("org.example.Model");
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
        refused("holdfast.memory.next-embedder", "cloud", "one of [in-process, http]");
        refused("holdfast.memory.next-endpoint-texts", "257", "1 to 256");
        refused("holdfast.memory.next-endpoint-url", "http://models.example/v1", "https://");
        refused("holdfast.memory.next-embedding-model", "next", "holdfast.memory.next-endpoint-model");
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

        assertThat(config().model().endpoint().orElseThrow().base()).isEqualTo(URI.create(address));
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
        assertThatThrownBy(() -> new MemoryConfig(OWN, Optional.empty(), 0, 10))
                .hasMessage("embeddings at once = 0 is not from 1 to 256");
        assertThatThrownBy(() -> new MemoryConfig(OWN, Optional.empty(), 1, -1))
                .hasMessage("vectors remembered = -1 is not from 0 to 1000000");
    }

    @Test
    void aModelThatIsNoneIsRefusedByName() {
        ModelConfig none =
                new ModelConfig("holdfast.memory.next-", Optional.of("java.lang.String"), Optional.empty(), 384);

        assertThatThrownBy(() -> EmbeddingModels.load(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holdfast.memory.next-embedding-model = 'java.lang.String'");
    }

    private void refused(String key, String value, String why) {
        values.clear();
        http();
        if (key.contains(".next-")) {
            next();
        }
        values.put(key, value);
        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(key, "'" + value + "'", why);
    }
}
