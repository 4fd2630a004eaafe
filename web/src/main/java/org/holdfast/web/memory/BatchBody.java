package org.holdfast.web.memory;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.holdfast.memory.BatchLine;
import org.holdfast.web.ProblemException;

/**
 * A batch's lines, kept in a temporary file: whether there are too many is known before the first is stored, and a large
 * body is never in memory. Confined to its request's thread; closing it removes the file.
 */
final class BatchBody implements Closeable {
    static final int LINES_MAX = 10_000;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final InputStream content;

    private BatchBody(Path file) throws IOException {
        this.file = file;
        this.content = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    }

    /**
     * Takes the whole body.
     *
     * @throws ProblemException (413) when it has too many lines, or the one that reading {@code body} throws when it is too
     *     long
     */
    static BatchBody receive(InputStream body) throws IOException {
        Path file = Files.createTempFile("holdfast-batch", ".ndjson");
        boolean isComplete = false;
        try {
            copy(body, file);
            BatchBody received = new BatchBody(file);
            isComplete = true;
            return received;
        } finally {
            if (!isComplete) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void copy(InputStream body, Path file) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int lines = 0;
        boolean isInLine = false;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    if (!isInLine && ++lines > LINES_MAX) {
                        throw ProblemException.of(413, "the batch has more than " + LINES_MAX + " lines");
                    }
                    isInLine = buffer[i] != '\n';
                }
                out.write(buffer, 0, read);
            }
        }
    }

    /**
     * The lines that are not blank, once.
     *
     * @param dimensions how many numbers an embedding must have
     */
    Iterator<BatchLine> lines(int dimensions) {
        return new BatchLines(content, dimensions);
    }

    @Override
    public void close() {
        try {
            content.close();
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
