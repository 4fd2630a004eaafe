package org.holdfast.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.holdfast.cache.HotQuery;
import org.holdfast.cache.ResultCoding;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * How found memories are kept: whole, so that a repeated search asks no database. What has a memory in it that will expire is not
 * kept: by which clock, and in whose time, it would have to be forgotten is the database's to say.
 */
final class MemoryResults {
    private static final Duration LIFE = Duration.ofMinutes(10);

    /** What a search found. Another number in the name whenever the ranking or the coding changes. */
    static final HotQuery<FoundMemory> SEARCH = HotQuery.ofValues(
            "memory-search-3",
            new ResultCoding<>() {
                @Override
                public void write(FoundMemory found, ValueWriter out) {
                    out.value(found.id()).value(found.agentId()).value(found.score());
                    said(out, found.kind(), found.text(), found.conversation(), found.turn(), found.speaker());
                    time(out, found.at());
                    texts(out, found.tags());
                    out.value(found.key());
                    time(out, found.validFrom());
                    out.value(found.validUntil()).value(found.supersededBy());
                }

                @Override
                public boolean mayKeep(FoundMemory found) {
                    return found.expiresAt() == null;
                }

                @Override
                public FoundMemory read(ValueReader in) {
                    UUID id = id(in);
                    UUID agent = id(in);
                    double score = value(in, Double.class);
                    Said said = Said.read(in);
                    Instant at = time(in);
                    return new FoundMemory(
                            id,
                            said.text(),
                            score,
                            said.kind(),
                            agent,
                            said.conversation(),
                            said.turn(),
                            said.speaker(),
                            at,
                            texts(in),
                            (String) in.value(),
                            null,
                            time(in),
                            (Instant) in.value(),
                            (UUID) in.value(),
                            null);
                }
            },
            100,
            LIFE);

    /** A page of a list. Another number in the name whenever the coding changes. */
    static final HotQuery<MemoryView> LIST = HotQuery.ofValues(
            "memories-2",
            new ResultCoding<>() {
                @Override
                public void write(MemoryView memory, ValueWriter out) {
                    out.value(memory.id()).value(memory.agentId());
                    said(out, memory.kind(), memory.text(), memory.conversation(), memory.turn(), memory.speaker());
                    time(out, memory.at());
                    texts(out, memory.tags());
                    out.text(memory.metadata().text()).number(memory.version());
                    time(out, memory.createdAt());
                    time(out, memory.updatedAt());
                    out.value(memory.key()).number(memory.occurrences());
                    time(out, memory.validFrom());
                    out.value(memory.validUntil()).value(memory.supersededBy());
                }

                @Override
                public boolean mayKeep(MemoryView memory) {
                    return memory.expiresAt() == null;
                }

                @Override
                public MemoryView read(ValueReader in) {
                    UUID id = id(in);
                    UUID agent = id(in);
                    Said said = Said.read(in);
                    Instant at = time(in);
                    return new MemoryView(
                            id,
                            agent,
                            said.kind(),
                            said.text(),
                            said.conversation(),
                            said.turn(),
                            said.speaker(),
                            at,
                            texts(in),
                            new JsonDocument(in.text()),
                            in.number(),
                            time(in),
                            time(in),
                            (String) in.value(),
                            Math.toIntExact(in.number()),
                            null,
                            time(in),
                            (Instant) in.value(),
                            (UUID) in.value());
                }
            },
            501,
            LIFE);

    /** What both have in common. */
    private record Said(
            String kind,
            String text,
            @Nullable String conversation,
            @Nullable Integer turn,
            @Nullable String speaker) {
        static Said read(ValueReader in) {
            return new Said(in.text(), in.text(), (String) in.value(), (Integer) in.value(), (String) in.value());
        }
    }

    private MemoryResults() {}

    private static void said(
            ValueWriter out,
            String kind,
            String text,
            @Nullable String conversation,
            @Nullable Integer turn,
            @Nullable String speaker) {
        out.text(kind).text(text).value(conversation).value(turn).value(speaker);
    }

    private static UUID id(ValueReader in) {
        return value(in, UUID.class);
    }

    private static <T> T value(ValueReader in, Class<T> type) {
        Object value = in.value();
        if (value == null) {
            throw new IllegalArgumentException("no " + type.getSimpleName());
        }
        return type.cast(value);
    }

    private static void time(ValueWriter out, Instant time) {
        out.value(time);
    }

    private static Instant time(ValueReader in) {
        return value(in, Instant.class);
    }

    private static void texts(ValueWriter out, List<String> texts) {
        out.count(texts.size());
        texts.forEach(out::text);
    }

    private static List<String> texts(ValueReader in) {
        int size = Math.toIntExact(in.count());
        List<String> texts = new ArrayList<>();
        for (int each = 0; each < size; each++) {
            texts.add(in.text());
        }
        return texts;
    }
}
