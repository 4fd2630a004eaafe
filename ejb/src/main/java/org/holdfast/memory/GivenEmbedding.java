package org.holdfast.memory;

import java.util.Arrays;
import java.util.List;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.jspecify.annotations.Nullable;

/** A vector that a caller made, with a model of its own. Immutable. */
public final class GivenEmbedding {
    // The index keeps half-precision numbers: a longer vector may not fit in, and of a shorter one nothing may be left.
    private static final double LENGTH_MIN = 0.001;
    private static final double LENGTH_MAX = 60_000;

    private final float[] vector;

    private GivenEmbedding(float[] vector) {
        this.vector = vector;
    }

    /**
     * Checks a vector.
     *
     * @param dimensions how many numbers it must have, see {@link Memories#dimensions}
     * @throws RefusedException (validation) when it is not one that can be kept and compared
     */
    public static GivenEmbedding of(List<@Nullable Float> numbers, int dimensions) {
        if (numbers.size() != dimensions) {
            throw refused("has " + numbers.size() + " numbers; it must have " + dimensions);
        }
        float[] vector = new float[dimensions];
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            Float number = numbers.get(i);
            if (number == null) {
                throw refused("must be an array of numbers");
            }
            vector[i] = number;
            squares += (double) number * number;
        }
        double length = Math.sqrt(squares);
        // Written so that one that is not a number is refused too.
        if (!(length >= LENGTH_MIN && length <= LENGTH_MAX)) {
            throw refused("has the length " + length + "; it must be from " + LENGTH_MIN + " to " + LENGTH_MAX);
        }
        return new GivenEmbedding(vector);
    }

    private static RefusedException refused(String why) {
        return new RefusedException(ErrorCategory.VALIDATION, "field 'embedding' " + why);
    }

    /** The numbers; a copy. */
    float[] vector() {
        return vector.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GivenEmbedding that && Arrays.equals(vector, that.vector);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(vector);
    }
}
