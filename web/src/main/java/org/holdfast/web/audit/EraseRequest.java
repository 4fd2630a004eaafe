package org.holdfast.web.audit;

import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * What entries are to forget: a row's values ({@code entity} and {@code id}), or who a person was ({@code actor}).
 *
 * @param entity a table with its schema
 */
public record EraseRequest(
        @Nullable String entity,
        @Nullable String id,
        @Nullable String actor) {
    public EraseRequest {
        boolean isOfRow = entity != null && id != null && actor == null;
        boolean isOfActor = entity == null && id == null && actor != null;
        if (!isOfRow && !isOfActor) {
            throw ProblemException.badRequest("either 'entity' and 'id' are needed, or 'actor'");
        }
    }
}
