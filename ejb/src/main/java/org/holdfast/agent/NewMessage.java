package org.holdfast.agent;

import java.time.Instant;
import java.util.Optional;

/**
 * A message to keep.
 *
 * @param role system, user, assistant or tool
 * @param at when it was said; empty for now
 */
public record NewMessage(String role, String content, Optional<String> speaker, Optional<Instant> at) {}
