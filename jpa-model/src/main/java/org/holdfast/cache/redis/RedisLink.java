package org.holdfast.cache.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.StatusListener;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * The way to Redis. Opening it does not connect, so that an application starts while Redis is down. No method waits, except
 * {@link #subscribe} and {@link #close}.
 */
public final class RedisLink implements AutoCloseable {
    private static final byte[] NOTHING = {};
    /** A list of servers that is not empty, so that it says "may lag", but names none. */
    private static final String NO_SERVER = ";";

    private static final String MARK = "!mark";

    private final RedissonClient client;
    private final RScript scripts;
    private final RTopic topic;
    private final byte[] topicName;
    private final ResultLink results;

    private RedisLink(RedissonClient client, String topicName) {
        this.client = client;
        this.scripts = client.getScript(ByteArrayCodec.INSTANCE);
        this.topic = client.getTopic(topicName, ByteArrayCodec.INSTANCE);
        this.topicName = bytes(topicName);
        this.results = new ResultLink(client, this.topicName);
    }

    /**
     * Opens it without connecting.
     *
     * @param connectionLost called whenever a connection ended, on a thread of Redisson's
     */
    public static RedisLink open(Config config, String topicName, Runnable connectionLost) {
        config.setConnectionListener(new LostConnections(connectionLost));
        return new RedisLink(Redisson.create(config), topicName);
    }

    /**
     * Listens to the topic. Waits for the server, for Redisson's time-out at most.
     *
     * @param messages gets each message, one at a time, on a thread of Redisson's
     * @param subscribed called at each subscription, also after a lost connection: messages may have been missed
     */
    public void subscribe(Consumer<byte[]> messages, Runnable subscribed) {
        topic.addListener(new StatusListener() {
            @Override
            public void onSubscribe(String channel) {
                subscribed.run();
            }

            @Override
            public void onUnsubscribe(String channel) {
                subscribed.run();
            }
        });
        topic.addListener(byte[].class, (channel, message) -> messages.accept(message));
    }

    /** For results of queries. */
    public ResultLink results() {
        return results;
    }

    /** The value of a key, or null. */
    public CompletableFuture<byte @Nullable []> get(String key) {
        return client.<byte[]>getBucket(key, ByteArrayCodec.INSTANCE).getAsync().toCompletableFuture();
    }

    /**
     * Offers a row that was read from a node that has every committed change.
     *
     * @param latestMillis by Redis's clock: a row that arrives later is refused
     */
    public CompletableFuture<PutAnswer> put(String key, byte[] row, long lifeMillis, long latestMillis) {
        return put(key, row, lifeMillis, latestMillis, "", 0);
    }

    /**
     * Offers a row that was read from a node that may lag.
     *
     * @param servers those known to have kept every tombstone that matters
     * @param fromMillis by Redis's clock: before it the row is refused
     */
    public CompletableFuture<PutAnswer> putLagging(
            String key, byte[] row, long lifeMillis, long latestMillis, String servers, long fromMillis) {
        return put(key, row, lifeMillis, latestMillis, NO_SERVER + servers, fromMillis);
    }

    private CompletableFuture<PutAnswer> put(
            String key, byte[] row, long lifeMillis, long latestMillis, String servers, long fromMillis) {
        return this.<byte[]>eval(
                        Scripts.PUT,
                        RScript.ReturnType.VALUE,
                        key,
                        row,
                        bytes(lifeMillis),
                        bytes(latestMillis),
                        bytes(servers),
                        bytes(fromMillis))
                .thenApply(answer -> new PutAnswer(new String(answer, StandardCharsets.UTF_8)));
    }

    /** Refuses what is older than the version from now on, and tells it to all when there is a message. */
    public CompletableFuture<?> tombstone(String key, byte[] version, long lifeMillis, byte @Nullable [] message) {
        return eval(
                Scripts.TOMBSTONE,
                RScript.ReturnType.INTEGER,
                key,
                version,
                bytes(lifeMillis),
                topicName,
                message == null ? NOTHING : message);
    }

    /** Tells all who listen to the topic. */
    public CompletableFuture<?> tell(byte[] message) {
        return topic.publishAsync(message).toCompletableFuture();
    }

    /** Redis's time in ms, the id of the present key space, then the epochs of the regions in their order; the beat is told to all. */
    public CompletableFuture<List<String>> probe(
            String epochs, String id, long windowMillis, byte[] beat, byte[] made, List<String> regions) {
        List<byte[]> arguments = new ArrayList<>(List.of(bytes(id), bytes(windowMillis), topicName, beat, made));
        regions.forEach(region -> arguments.add(bytes(region)));
        return this.<List<byte[]>>eval(
                        Scripts.PROBE, RScript.ReturnType.MULTI, epochs, arguments.toArray(byte[][]::new))
                .thenApply(answer -> answer.stream()
                        .map(each -> new String(each, StandardCharsets.UTF_8))
                        .toList());
    }

    /**
     * Gives a region a new epoch, usable after the freeze, and tells it to all.
     *
     * @param endedFreeze the epoch whose freeze ends with this, or nothing
     */
    public CompletableFuture<String> drop(
            String epochs,
            String region,
            String id,
            long freezeMillis,
            long windowMillis,
            byte[] message,
            String endedFreeze) {
        return this.<byte[]>eval(
                        Scripts.DROP,
                        RScript.ReturnType.VALUE,
                        epochs,
                        bytes(region),
                        bytes(id),
                        bytes(freezeMillis),
                        bytes(windowMillis),
                        topicName,
                        message,
                        bytes(endedFreeze))
                .thenApply(answer -> new String(answer, StandardCharsets.UTF_8));
    }

    /** The text beside the epochs that {@link #mark(String, String)} left; null when there is none. */
    public CompletableFuture<@Nullable String> mark(String epochs) {
        return client.<String, @Nullable String>getMap(epochs, StringCodec.INSTANCE)
                .getAsync(MARK)
                .toCompletableFuture();
    }

    /** Leaves a text beside the epochs, which is lost with them. */
    public CompletableFuture<?> mark(String epochs, String text) {
        return client.<String, String>getMap(epochs, StringCodec.INSTANCE)
                .fastPutAsync(MARK, text)
                .toCompletableFuture();
    }

    private <T> CompletableFuture<T> eval(String script, RScript.ReturnType type, String key, byte[]... arguments) {
        return scripts.<T>evalAsync(RScript.Mode.READ_WRITE, script, type, List.of(key), (Object[]) arguments)
                .toCompletableFuture();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
