package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.holdfast.cache.HotQuery;
import org.holdfast.cache.ResultCoding;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryResultsTest {
    private static final Instant AT = Instant.parse("2026-01-31T10:00:00.123456Z");

    private static <T> T readBack(HotQuery<T> query, T result) {
        ResultCoding<T> coding = query.coding().orElseThrow();
        ValueWriter out = new ValueWriter(false);
        coding.write(result, out);
        return coding.read(new ValueReader(out.toByteArray(), 0));
    }

    @Test
    void aPageOfMemoriesIsReadAsItWasWritten() {
        MemoryView whole = new MemoryView(
                UUID.randomUUID(),
                UUID.randomUUID(),
                "CONVERSATION",
                "said \u00e9",
                "talk",
                3,
                "Ann",
                AT,
                List.of("a", "b"),
                new JsonDocument("{\"k\":1}"),
                7,
                AT.plusSeconds(1),
                AT.plusSeconds(2),
                "tea",
                3,
                null,
                AT.minusSeconds(1),
                AT.plusSeconds(3),
                UUID.randomUUID());
        MemoryView bare = new MemoryView(
                UUID.randomUUID(),
                UUID.randomUUID(),
                "CONTEXT",
                "t",
                null,
                null,
                null,
                AT,
                List.of(),
                new JsonDocument("{}"),
                0,
                AT,
                AT,
                null,
                1,
                null,
                AT,
                null,
                null);

        assertThat(readBack(MemoryResults.LIST, whole)).isEqualTo(whole);
        assertThat(readBack(MemoryResults.LIST, bare)).isEqualTo(bare);
    }

    @Test
    void whatASearchFoundIsReadAsItWasWritten() {
        FoundMemory whole = new FoundMemory(
                UUID.randomUUID(),
                "t",
                0.1 + 0.2,
                "CONTEXT",
                UUID.randomUUID(),
                "talk",
                0,
                "Bob",
                AT,
                List.of("x"),
                "tea",
                null,
                AT,
                AT.plusSeconds(3),
                UUID.randomUUID(),
                null);
        FoundMemory bare = new FoundMemory(
                UUID.randomUUID(),
                "t",
                -1,
                "CONTEXT",
                UUID.randomUUID(),
                null,
                null,
                null,
                AT,
                List.of(),
                null,
                null,
                AT,
                null,
                null,
                null);

        assertThat(readBack(MemoryResults.SEARCH, whole)).isEqualTo(whole);
        assertThat(readBack(MemoryResults.SEARCH, bare)).isEqualTo(bare);
    }

    @Test
    void whatWillExpireIsNotKept() {
        MemoryView stays = view(null);
        MemoryView expires = view(AT);

        ResultCoding<MemoryView> list = MemoryResults.LIST.coding().orElseThrow();
        ResultCoding<FoundMemory> search = MemoryResults.SEARCH.coding().orElseThrow();
        assertThat(list.mayKeep(stays)).isTrue();
        assertThat(list.mayKeep(expires)).isFalse();
        assertThat(search.mayKeep(FoundMemory.of(stays, 1, null))).isTrue();
        assertThat(search.mayKeep(FoundMemory.of(expires, 1, null))).isFalse();
    }

    private static MemoryView view(@Nullable Instant expiresAt) {
        UUID id = UUID.randomUUID();
        JsonDocument metadata = new JsonDocument("{}");
        return new MemoryView(
                id, id, "CONTEXT", "t", null, null, null, AT, List.of(), metadata, 0, AT, AT, null, 1, expiresAt, AT,
                null, null);
    }
}
