package org.holdfast.web.memory;

import org.holdfast.web.Fields;

/**
 * Asks for vectors of another model.
 *
 * @param confirm the name of the model that is to take the place of the present one, said once more
 */
public record EmbedAnewRequest(String confirm) {
    private static final int NAME_CHARS_MAX = 500;

    public EmbedAnewRequest {
        Fields.text("confirm", confirm, NAME_CHARS_MAX);
    }
}
