package org.holdfast.memory;

import java.util.List;

/**
 * What to tell a model about a question.
 *
 * @param text the passages, ready for a prompt; number and day of each stand above it
 * @param tokens of the text, by the estimate of {@link TokenCounter}
 * @param passages in the order of the text, the best first
 * @param isDegraded as of {@link FoundMemories}
 */
public record MemoryContext(String text, int tokens, List<ContextPassage> passages, boolean isDegraded) {
    public MemoryContext {
        passages = List.copyOf(passages);
    }

    /** One of what was looked for by words and by meaning, as asked. */
    MemoryContext(String text, int tokens, List<ContextPassage> passages) {
        this(text, tokens, passages, false);
    }

    MemoryContext degraded() {
        return new MemoryContext(text, tokens, passages, true);
    }
}
