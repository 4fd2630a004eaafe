package org.holdfast.memory;

import java.util.List;

/**
 * Vectors on their way into a statement: as one array of floats, one behind the other, they travel without being written out as text.
 * Immutable.
 */
final class VectorArray {
    private final float[] numbers;
    private final int dimensions;

    /** Of vectors of one length. */
    VectorArray(List<float[]> vectors) {
        this.dimensions = vectors.isEmpty() ? 0 : vectors.get(0).length;
        this.numbers = new float[vectors.size() * dimensions];
        for (int i = 0; i < vectors.size(); i++) {
            System.arraycopy(vectors.get(i), 0, numbers, i * dimensions, dimensions);
        }
    }

    /** In SQL: of a parameter that is the array, the vector of a row whose number, from 1 on, is {@code r.n}. */
    String ofRow() {
        return "(?::real[])[(r.n - 1) * " + dimensions + " + 1 : r.n * " + dimensions + "]::vector";
    }

    /** The parameter; not a copy. */
    float[] numbers() {
        return numbers;
    }
}
