package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
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
                Optional.empty());
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
}
