package org.holdfast.web.audit;

import org.jspecify.annotations.Nullable;

/**
 * What to verify; everything may be left out.
 *
 * @param tenant whose chain; the nil UUID is the system's own
 * @param from sequence from which on, from 1
 */
public record VerifyBody(@Nullable String tenant, @Nullable Long from) {}
