package org.holdfast.cache.guard;

import java.nio.ByteBuffer;

/** Versions of rows as numbers that grow, and how they are written for comparison in a script. */
public final class Versions {
    /** What a row without a version has: it never proves that it is newer than another. */
    public static final long NONE = 0;
    /** Above every row: nothing may be kept while this is the floor. */
    public static final long ABOVE_ALL = Long.MAX_VALUE;
    /** Below every row. */
    public static final long BELOW_ALL = Long.MIN_VALUE;

    /** Bytes of a written version. */
    public static final int BYTES = 8;

    private Versions() {}

    /** The version that the next update of a row of this version writes, or above all where that is not known. */
    public static long after(long version) {
        return version == ABOVE_ALL ? ABOVE_ALL : version + 1;
    }

    /** Eight bytes, whose order as unsigned big-endian numbers is the order of versions. */
    public static byte[] bytes(long version) {
        return ByteBuffer.allocate(BYTES).putLong(version ^ Long.MIN_VALUE).array();
    }

    /** The version written at a place of the bytes. */
    public static long read(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes, at, BYTES).getLong() ^ Long.MIN_VALUE;
    }
}
