package org.holdfast.migration;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The migrations for people.
 *
 * @param waiting what a running change waits for; null when nothing
 */
public record MigrationOverview(
        List<MigrationLine> items,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next,
        Fingerprints fingerprint,
        @Nullable String waiting) {
    public MigrationOverview {
        items = List.copyOf(items);
    }

    /**
     * The shapes of both clusters.
     *
     * @param primary null while it does not answer
     * @param failover null where there is none, or it does not answer
     * @param equal null when there is nothing to compare
     * @param differences the first ones
     */
    public record Fingerprints(
            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String primary,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String failover,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Boolean equal,

            List<String> differences) {
        public Fingerprints {
            differences = List.copyOf(differences);
        }
    }
}
