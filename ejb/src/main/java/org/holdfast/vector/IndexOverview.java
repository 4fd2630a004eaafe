package org.holdfast.vector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The vector indexes of both clusters.
 *
 * @param notAsked heads that do not answer
 * @param next always null: there are few
 */
public record IndexOverview(
        List<VectorIndex> items,
        List<IndexFinding> findings,
        List<String> notAsked,
        @Nullable String next) {
    public IndexOverview {
        items = List.copyOf(items);
        findings = List.copyOf(findings);
        notAsked = List.copyOf(notAsked);
    }
}
