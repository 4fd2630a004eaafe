package org.holdfast.memory;

import java.util.List;

/**
 * What to tell a model about a question.
 *
 * @param text the passages, ready for a prompt; number and day of each stand above it
 * @param tokens of the text, by the estimate of {@link TokenCounter}
 * @param passages in the order of the text, the best first
 */
public record MemoryContext(String text, int tokens, List<ContextPassage> passages) {
    public MemoryContext {
        passages = List.copyOf(passages);
    }
}
