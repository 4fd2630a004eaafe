package org.holdfast.web.memory;

import java.util.List;
import org.holdfast.memory.ContextPassage;
import org.holdfast.memory.MemoryContext;

/**
 * A context.
 *
 * @param text for a prompt; each passage under its number, from 1, and the day it was said
 * @param tokens of the text, by estimate
 * @param passages in the order of the text, the best first
 * @param tookMillis from the request's arrival at the search to its answer, embedding included
 * @param degraded as of a search
 */
public record ContextView(String text, int tokens, List<ContextPassage> passages, double tookMillis, boolean degraded) {
    public ContextView {
        passages = List.copyOf(passages);
    }

    static ContextView of(MemoryContext context, double tookMillis) {
        return new ContextView(context.text(), context.tokens(), context.passages(), tookMillis, context.isDegraded());
    }
}
