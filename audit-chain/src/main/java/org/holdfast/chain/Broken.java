package org.holdfast.chain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place where the trail is not what was sealed.
 *
 * @param sequence of the first entry concerned
 * @param id the entry's; null when it is missing
 */
public record Broken(UUID tenant, long sequence, @Nullable UUID id, String why) {}
