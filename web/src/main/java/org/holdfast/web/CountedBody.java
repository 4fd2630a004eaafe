package org.holdfast.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends with a 413 instead of the byte after the last that is allowed. */
final class CountedBody extends FilterInputStream {
    private final long bytesMax;
    private long count;

    CountedBody(InputStream body, long bytesMax) {
        super(body);
        this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
        int read = in.read();
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, length);
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

    static ProblemException tooLarge(long bytesMax) {
        return ProblemException.of(413, "the body has more than " + bytesMax + " bytes");
    }
}
