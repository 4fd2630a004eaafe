package org.holdfast.launcher;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The lines of a file, as bytes and one at a time, so that neither a large file nor a line without end fills the
 * memory. Gzip is recognised by its content. The position may be read by another thread.
 */
final class TurnFile implements Closeable {
    static final int LINE_BYTES_MAX = 1 << 20;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;
    private static final int BUFFER = 1 << 16;

    private final CountingStream raw;
    private final InputStream content;
    private final long size;
    private long number;
    private Optional<String> damage = Optional.empty();

    /** One line without its line feed; too long a line comes without its bytes. */
    static final class Line {
        private final long number;
        private final byte[] bytes;
        private final boolean isTooLong;

        private Line(long number, byte[] bytes, boolean isTooLong) {
            this.number = number;
            this.bytes = bytes;
            this.isTooLong = isTooLong;
        }

        long number() {
            return number;
        }

        byte[] bytes() {
            return bytes;
        }

        boolean isTooLong() {
            return isTooLong;
        }

        boolean isBlank() {
            for (byte value : bytes) {
                if (value != ' ' && value != '\t' && value != '\r') {
                    return false;
                }
            }
            return !isTooLong;
        }
    }

    private TurnFile(CountingStream raw, InputStream content, long size) {
        this.raw = raw;
        this.content = content;
        this.size = size;
    }

    static TurnFile open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new LauncherException(2, "no such file: " + file);
        }
        try {
            CountingStream raw = new CountingStream(Files.newInputStream(file));
            BufferedInputStream buffered = new BufferedInputStream(raw, BUFFER);
            buffered.mark(3);
            boolean isGzip = buffered.read() == GZIP_FIRST && buffered.read() == GZIP_SECOND;
            buffered.reset();
            InputStream content =
                    isGzip ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER), BUFFER) : buffered;
            TurnFile opened = new TurnFile(raw, content, Files.size(file));
            opened.skipByteOrderMark();
            return opened;
        } catch (EOFException | ZipException e) {
            throw new LauncherException(2, file + " starts like gzip but is not: " + e.getMessage());
        } catch (IOException e) {
            throw new LauncherException(2, "cannot read " + file + ": " + e.getMessage());
        }
    }

    /** The next line; empty at the end, or where the file is damaged. */
    Optional<Line> next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        boolean isTooLong = false;
        boolean sawAnything = false;
        try {
            for (int value = content.read(); value >= 0; value = content.read()) {
                sawAnything = true;
                if (value == '\n') {
                    return Optional.of(new Line(++number, isTooLong ? new byte[0] : bytes.toByteArray(), isTooLong));
                }
                if (bytes.size() >= LINE_BYTES_MAX) {
                    isTooLong = true;
                } else {
                    bytes.write(value);
                }
            }
        } catch (EOFException | ZipException e) {
            // What was read of the last line is no line: nobody knows how it went on.
            damage = Optional.of(
                    "the compressed file ends or breaks after line " + number + " (" + e.getMessage() + ")");
            return Optional.empty();
        }
        return sawAnything
                ? Optional.of(new Line(++number, isTooLong ? new byte[0] : bytes.toByteArray(), isTooLong))
                : Optional.empty();
    }

    /** Why the lines ended before the file's own end, if they did. */
    Optional<String> damage() {
        return damage;
    }

    /** How much of the file, as it lies on the disk, has been read; from 0 to 1. */
    double progress() {
        return size == 0 ? 1 : Math.min(1, (double) raw.count() / size);
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    private void skipByteOrderMark() throws IOException {
        content.mark(3);
        if (content.read() != 0xEF || content.read() != 0xBB || content.read() != 0xBF) {
            content.reset();
        }
    }

    private static final class CountingStream extends FilterInputStream {
        private volatile long count;

        CountingStream(InputStream in) {
            super(in);
        }

        long count() {
            return count;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            add(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = in.read(target, offset, length);
            add(Math.max(0, read));
            return read;
        }

        // One thread reads the file; volatile only lets the progress bar see it.
        @SuppressWarnings("NonAtomicVolatileUpdate")
        private void add(int bytes) {
            count += bytes;
        }
    }
}
