package org.holdfast.web.integrity;

import org.jspecify.annotations.Nullable;

/**
 * Asks for a comparison.
 *
 * @param repair whether rows of the standby are made as the writer's; not without it
 */
public record IntegrityRequest(@Nullable Boolean repair) {
    boolean repairs() {
        return Boolean.TRUE.equals(repair);
    }
}
