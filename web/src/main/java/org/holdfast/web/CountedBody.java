package org.holdfast.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends with a 413 instead of the byte after the last that is allowed, and with a 400 where the rest never comes. */
final class CountedBody extends FilterInputStream {
    private final long bytesMax;
    private long count;

    CountedBody(InputStream body, long bytesMax) {
        super(body);
        this.bytesMax = bytesMax;
    }

    @Override
    public int read() {
        int read;
        try {
            read = in.read();
        } catch (IOException broken) {
            throw unreadable();
        }
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        int read;
        try {
            read = in.read(buffer, offset, length);
        } catch (IOException broken) {
            throw unreadable();
        }
        count(read);
        return read;
    }

    @Override
    public long skip(long wanted) throws IOException {
        long skipped = in.skip(wanted);
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long read) {
        count += Math.max(0, read);
        if (count > bytesMax) {
            throw tooLarge(bytesMax);
        }
    }

    // Whoever sends half a body, or chunks that are none, is at fault, not the server.
    private static ProblemException unreadable() {
        return ProblemException.badRequest("the body ends before it is complete");
    }

    static ProblemException tooLarge(long bytesMax) {
        return ProblemException.of(413, "the body has more than " + bytesMax + " bytes");
    }
}
