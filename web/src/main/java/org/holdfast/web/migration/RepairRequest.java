package org.holdfast.web.migration;

import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/** Asks to take edited files over as what was applied. */
public record RepairRequest(@Nullable String confirm) {
    public RepairRequest {
        if (!"repair".equals(confirm)) {
            throw ProblemException.badRequest("confirm must be 'repair'");
        }
    }
}
