package org.holdfast.web;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Refuses bodies that are too large: at once when their length is declared, and else when they have become too large, before
 * more of them is kept.
 */
@Provider
@Priority(Priorities.HEADER_DECORATOR)
public class BodyLimit implements ContainerRequestFilter {
    static final long JSON_BYTES_MAX = 1 << 20;
    static final long LINES_BYTES_MAX = 64 << 20;

    @Override
    public void filter(ContainerRequestContext request) {
        long bytesMax = bytesMax(request.getMediaType());
        if (request.getLength() > bytesMax) {
            throw tooLarge(bytesMax);
        }
        request.setEntityStream(new Counted(request.getEntityStream(), bytesMax));
    }

    // Only a list of lines, which is read line by line, may be long.
    private static long bytesMax(MediaType type) {
        return type != null && type.getSubtype().equalsIgnoreCase("x-ndjson") ? LINES_BYTES_MAX : JSON_BYTES_MAX;
    }

    private static ProblemException tooLarge(long bytesMax) {
        return ProblemException.of(413, "the body has more than " + bytesMax + " bytes");
    }

    /** Ends with a 413 instead of the byte after the last that is allowed. */
    static final class Counted extends FilterInputStream {
        private final long bytesMax;
        private long count;

        Counted(InputStream body, long bytesMax) {
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
    }
}
