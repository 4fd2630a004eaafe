package org.holdfast.integrity;

/**
 * How many rows the next chunk has: fewer after one that took longer than a statement may. For one thread.
 */
final class ChunkSize {
    static final int LARGEST = 5_000;
    static final int SMALLEST = 10;

    private int rows = LARGEST;

    int rows() {
        return rows;
    }

    /**
     * A chunk took too long.
     *
     * @return whether there is a smaller one
     */
    boolean shrink() {
        boolean canShrink = rows > SMALLEST;
        rows = Math.max(SMALLEST, rows / 4);
        return canShrink;
    }

    /** A chunk was read in time. */
    void grow() {
        rows = Math.min(LARGEST, rows * 2);
    }
}
