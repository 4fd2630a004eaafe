package org.holdfast.shared;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The newest write of each caller, as all instances know it. Thread-safe. */
public final class CallerMarks {
    /** Long enough that no replica that is read from lacks a write that was forgotten. */
    private static final Duration LIFE = Duration.ofHours(1);

    private static final String FIELD = "mark";

    private final SharedRedis redis;
    private final boolean isAlone;

    CallerMarks(SharedRedis redis, SharedConfig config) {
        this.redis = redis;
        this.isAlone = config.isAlone();
    }

    /** Whether this process alone serves the callers, so that it knows what they wrote since it started. */
    public boolean isAlone() {
        return isAlone;
    }

    /**
     * What is known of a caller.
     *
     * @param mark the newest write; empty when nothing is known, because there was none or it was lost
     */
    public record Known(Optional<WriteMark> mark) {}

    /** What is known of a caller; empty when Redis does not say. */
    public Optional<Known> of(String caller) {
        return redis.ask(site -> site.fields(key(caller)))
                .map(fields -> new Known(Optional.ofNullable(fields.get(FIELD)).map(StateText::mark)));
    }

    /** The caller has written, or nothing earlier counts. An earlier mark than the known one changes nothing. */
    public void wrote(String caller, WriteMark mark) {
        redis.merge(key(caller), LIFE, Map.of(FIELD, StateText.of(mark)));
    }

    private static StateKey key(String caller) {
        return new StateKey("mark", caller);
    }
}
