package org.holdfast.vector;

/** How much an HNSW index is given, in its building and in its size. The names are those of the searches' qualities. */
public enum IndexProfile {
    SPEED(16, 64),
    BALANCED(16, 64),
    QUALITY(24, 100);

    private final int m;
    private final int efConstruction;

    IndexProfile(int m, int efConstruction) {
        this.m = m;
        this.efConstruction = efConstruction;
    }

    /** How many neighbours an element has, twice as many on the lowest layer. */
    int m() {
        return m;
    }

    /** How many candidates are looked at for them. */
    int efConstruction() {
        return efConstruction;
    }
}
