package org.holdfast.audit;

import java.util.Optional;
import java.util.UUID;

/**
 * What to verify.
 *
 * @param tenant whose chain; empty for all, the system's own included
 * @param from sequence from which on, 1 for the whole; what comes before is taken as it is
 */
public record VerifyRequest(Optional<UUID> tenant, long from) {}
