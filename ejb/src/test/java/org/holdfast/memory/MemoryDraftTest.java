package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.connection.RefusedException;
import org.holdfast.json.JsonDocument;
import org.junit.jupiter.api.Test;

class MemoryDraftTest {
    private static MemoryDraft draft(String kind, Optional<String> conversation, Optional<Integer> turn) {
        return new MemoryDraft(
                Optional.empty(),
                Optional.empty(),
                kind,
                "hello",
                conversation,
                turn,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                new JsonDocument("{}"),
                Optional.empty(),
                MemoryLife.PLAIN);
    }

    @Test
    void onlyTheKnownKindsAreTaken() {
        assertThat(draft("PREFERENCE", Optional.empty(), Optional.empty()).kind())
                .isEqualTo("PREFERENCE");
        assertThatThrownBy(() -> draft("preference", Optional.empty(), Optional.empty()))
                .isInstanceOf(RefusedException.class)
                .hasMessage("kind must be one of [CONVERSATION, PREFERENCE, CONTEXT]");
    }

    @Test
    void aTurnNeedsItsConversation() {
        assertThatThrownBy(() -> draft("CONVERSATION", Optional.empty(), Optional.of(0)))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> draft("CONVERSATION", Optional.of("c"), Optional.of(-1)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void theDayIsEmbeddedOnlyWhereItWasNamed() {
        assertThat(EmbeddedText.of("hello", Optional.empty())).isEqualTo("hello");
        assertThat(EmbeddedText.of("hello", Optional.of(Instant.parse("2026-01-31T23:59:59Z"))))
                .isEqualTo("31 January 2026: hello");
    }

    private static final UUID ID = new UUID(0, 1);
    private static final Instant END = Instant.parse("2026-01-31T10:00:00Z");

    private static MemoryDraft living(Optional<UUID> id, String kind, Optional<Integer> turn, MemoryLife life) {
        return new MemoryDraft(
                id,
                Optional.empty(),
                kind,
                "hello",
                turn.map(any -> "c"),
                turn,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                new JsonDocument("{}"),
                Optional.empty(),
                life);
    }

    private static MemoryLife keyed() {
        return new MemoryLife(Optional.of("k"), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static MemoryLife ending() {
        return new MemoryLife(Optional.empty(), Optional.of(END), Optional.empty(), Optional.empty());
    }

    private static MemoryLife superseding() {
        return new MemoryLife(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(ID));
    }

    private static void assertRefused(
            Optional<UUID> id, String kind, Optional<Integer> turn, MemoryLife life, String why) {
        assertThatThrownBy(() -> living(id, kind, turn, life))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aKeyIsForPreferencesThatNothingElseNames() {
        assertThat(living(Optional.empty(), "PREFERENCE", Optional.empty(), keyed())
                        .life()
                        .key())
                .contains("k");
        assertRefused(Optional.empty(), "CONTEXT", Optional.empty(), keyed(), "'key' is only for");
        assertRefused(Optional.of(ID), "PREFERENCE", Optional.empty(), keyed(), "beside 'id'");
        assertRefused(Optional.empty(), "PREFERENCE", Optional.of(0), keyed(), "beside 'turn'");
    }

    @Test
    void aTurnNeitherEndsNorSupersedes() {
        assertRefused(Optional.empty(), "CONVERSATION", Optional.of(0), ending(), "'expiresAt'");
        assertRefused(Optional.empty(), "CONTEXT", Optional.of(0), superseding(), "'supersedes'");
        assertRefused(Optional.empty(), "CONVERSATION", Optional.empty(), superseding(), "'supersedes'");
    }

    @Test
    void anEndIsInTheFuture() {
        MemoryDraft draft = living(Optional.empty(), "CONTEXT", Optional.empty(), ending());

        draft.requireFuture(END.minusMillis(1));
        assertThatThrownBy(() -> draft.requireFuture(END))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'expiresAt' is " + END);
    }

    @Test
    void onlyWhatNothingNamesIsCounted() {
        assertThat(living(Optional.empty(), "CONTEXT", Optional.empty(), superseding())
                        .isCounted())
                .isTrue();
        assertThat(living(Optional.of(ID), "CONTEXT", Optional.empty(), MemoryLife.PLAIN)
                        .isCounted())
                .isFalse();
        assertThat(living(Optional.empty(), "CONTEXT", Optional.of(0), MemoryLife.PLAIN)
                        .isCounted())
                .isFalse();
        assertThat(living(Optional.empty(), "PREFERENCE", Optional.empty(), keyed())
                        .isCounted())
                .isFalse();
        assertThat(draft("CONVERSATION", Optional.of("chat"), Optional.empty()).isCounted())
                .as("another turn, though it has no number")
                .isFalse();
        assertThat(draft("CONVERSATION", Optional.empty(), Optional.empty()).isCounted())
                .isTrue();
    }

    @Test
    void aTextHasAlwaysTheSameDigest() {
        assertThat(TextDigest.of("hello")).isEqualTo(UUID.fromString("2cf24dba-5fb0-a30e-26e8-3b2ac5b9e29e"));
        assertThat(TextDigest.of("hello ")).isNotEqualTo(TextDigest.of("hello"));
    }
}
