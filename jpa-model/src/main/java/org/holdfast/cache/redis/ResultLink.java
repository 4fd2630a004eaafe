package org.holdfast.cache.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

/** What Redis is asked about results of queries and their tags; one round trip each. No method waits. Thread-safe. */
// The commands of a batch have one answer, that of the batch.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ResultLink {
    private final RedissonClient client;
    private final RScript scripts;
    private final byte[] topicName;

    ResultLink(RedissonClient client, byte[] topicName) {
        this.client = client;
        this.scripts = client.getScript(ByteArrayCodec.INSTANCE);
        this.topicName = topicName.clone();
    }

    /**
     * What is current.
     *
     * @param epochs of the regions, in their order; null where there is none
     * @param tags in their order; null where there is none
     * @param result empty where there is none
     */
    public record Current(List<@Nullable String> epochs, List<@Nullable String> tags, Optional<byte[]> result) {}

    /** Epochs, tags and a result, read in this order. */
    public CompletableFuture<Current> read(String epochs, List<String> regions, List<String> tags, String result) {
        RBatch batch = client.createBatch();
        for (String region : regions) {
            batch.getMap(epochs, StringCodec.INSTANCE).getAsync(region);
        }
        // The result first: its tags must be as they were when it was read, or later.
        batch.getBucket(result, ByteArrayCodec.INSTANCE).getAsync();
        for (String tag : tags) {
            batch.getBucket(tag, StringCodec.INSTANCE).getAsync();
        }
        return batch.executeAsync().toCompletableFuture().thenApply(answer -> {
            List<?> all = answer.getResponses();
            int at = regions.size();
            return new Current(
                    texts(all.subList(0, at)), texts(all.subList(at + 1, all.size())), Optional.ofNullable((byte[])
                            all.get(at)));
        });
    }

    private static List<@Nullable String> texts(List<?> values) {
        List<@Nullable String> texts = new ArrayList<>(values.size());
        values.forEach(value -> texts.add((String) value));
        return texts;
    }

    /** The tags in their order, made where they are missing, with ids that begin with this one. */
    public CompletableFuture<List<@Nullable String>> make(
            List<String> tags, String id, long windowMillis, long lifeMillis) {
        RBatch batch = client.createBatch();
        for (int each = 0; each < tags.size(); each++) {
            batch.getScript(StringCodec.INSTANCE)
                    .evalAsync(
                            RScript.Mode.READ_WRITE,
                            TagScripts.MAKE,
                            RScript.ReturnType.VALUE,
                            List.of(tags.get(each)),
                            id + each,
                            Long.toString(windowMillis),
                            Long.toString(lifeMillis));
        }
        return batch.executeAsync().toCompletableFuture().thenApply(answer -> texts(answer.getResponses()));
    }

    /**
     * Where a tag is, and how it is told of.
     *
     * @param windowMillis how long nodes may lag
     */
    public record TagAddress(String tag, long windowMillis, long lifeMillis) {}

    /**
     * Gives a tag another id.
     *
     * @param change names the change that does it, so that it can be ended
     * @param freezeMillis how long nothing is kept under the tag, unless the change ends before
     * @param message for all
     */
    public CompletableFuture<?> change(TagAddress at, String change, long freezeMillis, byte[] message) {
        return tell(
                at,
                TagScripts.CHANGE,
                List.of(
                        RedisLink.bytes(UUID.randomUUID().toString()),
                        RedisLink.bytes(change),
                        RedisLink.bytes(freezeMillis),
                        RedisLink.bytes(at.windowMillis),
                        RedisLink.bytes(at.lifeMillis),
                        topicName,
                        message));
    }

    /**
     * Gives a tag another id; nothing of these changes keeps results from it any more.
     *
     * @param message for all; see {@link TagScripts#END}
     */
    public CompletableFuture<?> end(TagAddress at, List<String> changes, byte[] message) {
        List<byte[]> values = new ArrayList<>(List.of(
                RedisLink.bytes(UUID.randomUUID().toString()),
                RedisLink.bytes(at.windowMillis),
                RedisLink.bytes(at.lifeMillis),
                topicName,
                message));
        changes.forEach(change -> values.add(RedisLink.bytes(change)));
        return tell(at, TagScripts.END, values);
    }

    private CompletableFuture<?> tell(TagAddress at, String script, List<byte[]> values) {
        return scripts.evalAsync(
                        RScript.Mode.READ_WRITE, script, RScript.ReturnType.INTEGER, List.of(at.tag), values.toArray())
                .toCompletableFuture();
    }

    /** Keeps a result, and its tags for at least as long. */
    public CompletableFuture<?> keep(String key, byte[] result, Duration life, List<String> tags, Duration tagLife) {
        RBatch batch = client.createBatch();
        batch.getBucket(key, ByteArrayCodec.INSTANCE).setAsync(result, life);
        for (String tag : tags) {
            batch.getBucket(tag, StringCodec.INSTANCE).expireAsync(tagLife);
        }
        return batch.executeAsync().toCompletableFuture();
    }

    /** The values of keys in their order; null where there is none. */
    public CompletableFuture<List<byte @Nullable []>> values(List<String> keys) {
        return client.getBuckets(ByteArrayCodec.INSTANCE)
                .<byte[]>getAsync(keys.toArray(String[]::new))
                .toCompletableFuture()
                .thenApply(found -> {
                    List<byte @Nullable []> values = new ArrayList<>(keys.size());
                    keys.forEach(key -> values.add(found.get(key)));
                    return values;
                });
    }
}
