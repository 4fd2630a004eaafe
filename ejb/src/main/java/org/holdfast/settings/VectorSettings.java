package org.holdfast.settings;

/** How long the vectors of memories are: chosen when the databases are new, and the same from then on. */
public final class VectorSettings {
    /** The setting. */
    public static final String KEY = "holdfast.memory.dimensions";

    /** As the model has them that comes with the application. */
    public static final int DIMENSIONS = 384;

    // What an index over half-precision numbers can have.
    private static final int DIMENSIONS_MAX = 4_000;

    private VectorSettings() {}

    /** How many numbers a vector has. */
    public static int dimensions(Settings settings) {
        return settings.integer(KEY, DIMENSIONS, 1, DIMENSIONS_MAX);
    }
}
