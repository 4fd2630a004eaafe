package org.holdfast.memory;

/** A vector is of another model than the stored ones are by now: nothing was done, and its text is to be embedded anew. */
final class ModelChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModelChangedException(String embedded, String stored) {
        super("embedded with the model '" + embedded + "', and the stored vectors are of '" + stored + "' now");
    }
}
