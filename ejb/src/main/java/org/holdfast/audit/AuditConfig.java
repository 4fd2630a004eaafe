package org.holdfast.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.holdfast.settings.Settings;

/**
 * Configuration of this feature.
 *
 * @param signingKey PKCS#8 PEM file of the Ed25519 key that signs anchors; without it none are made
 * @param trustedKeys ids of earlier keys whose anchors count
 * @param sealInterval how often is looked for entries to seal
 * @param retentionMonths for how many months entries stay in the trail at least; empty for ever
 */
record AuditConfig(
        Optional<Path> signingKey, List<String> trustedKeys, Duration sealInterval, OptionalInt retentionMonths) {
    private static final String SIGNING_KEY = "holdfast.audit.signing-key";
    private static final String RETENTION = "holdfast.audit.retention-months";
    private static final int RETENTION_MONTHS_MAX = 1_200;

    AuditConfig {
        trustedKeys = List.copyOf(trustedKeys);
        if (retentionMonths.isPresent() && signingKey.isEmpty()) {
            throw new IllegalArgumentException("configuration " + RETENTION + " = '" + retentionMonths.getAsInt()
                    + "' is not allowed without " + SIGNING_KEY + ": that entries are gone must be signed");
        }
    }

    static AuditConfig from(Settings settings) {
        return new AuditConfig(
                settings.text(SIGNING_KEY).map(set -> settings.file(SIGNING_KEY, "the key that signs audit anchors")),
                settings.words("holdfast.audit.trusted-keys", List.of()),
                settings.millis(
                        "holdfast.audit.seal-interval-millis",
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(10)),
                settings.text(RETENTION).isPresent()
                        ? OptionalInt.of(settings.integer(RETENTION, 1, 1, RETENTION_MONTHS_MAX))
                        : OptionalInt.empty());
    }
}
