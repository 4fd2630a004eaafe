package org.holdfast.web.migration;

import org.holdfast.migration.MigrationVersion;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;

/**
 * Asks for a rollback.
 *
 * @param target the version to go back to, which stays; 0 is before all
 * @param confirm the same, said once more
 */
public record RollbackRequest(String target, String confirm) {
    public RollbackRequest {
        Fields.required("target", target);
        Fields.required("confirm", confirm);
        if (!confirm.equals(target)) {
            throw ProblemException.badRequest("confirm must be '" + target + "', the version to go back to");
        }
    }

    MigrationVersion version() {
        return PlanRequest.version(target);
    }
}
