package org.holdfast.web.memory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.holdfast.connection.RefusedException;
import org.holdfast.memory.BatchLine;
import org.holdfast.memory.MemoryDraft;
import org.holdfast.web.ProblemException;
import org.holdfast.web.StrictJson;
import org.jspecify.annotations.Nullable;

/** Reads a batch line by line. Blank lines count but are passed over; a line that is no memory says why. */
final class BatchLines implements Iterator<BatchLine> {
    /** More than the longest text and metadata need, each character written as an escape. */
    static final int LINE_BYTES_MAX = 512 << 10;

    private final InputStream content;
    private final int dimensions;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int number;
    private boolean isAtEnd;
    private @Nullable BatchLine next;

    /** @param dimensions how many numbers an embedding must have */
    BatchLines(InputStream content, int dimensions) {
        this.content = content;
        this.dimensions = dimensions;
    }

    @Override
    public boolean hasNext() {
        while (next == null && !isAtEnd) {
            next = read();
        }
        return next != null;
    }

    @Override
    public BatchLine next() {
        BatchLine result = hasNext() ? next : null;
        if (result == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return result;
    }

    private @Nullable BatchLine read() {
        number++;
        line.reset();
        long length = 0;
        try {
            int read = content.read();
            for (; read >= 0 && read != '\n'; read = content.read()) {
                length++;
                if (length <= LINE_BYTES_MAX) {
                    line.write(read);
                }
            }
            isAtEnd = read < 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        if (length > LINE_BYTES_MAX) {
            return BatchLine.invalid(number, "the line has " + length + " bytes; the most is " + LINE_BYTES_MAX);
        }
        byte[] bytes = line.toByteArray();
        return isBlank(bytes) ? null : parse(bytes);
    }

    private BatchLine parse(byte[] json) {
        try {
            MemoryDraft draft = StrictJson.read(json, MemoryRequest.class).draft(dimensions);
            // Lines are stored together, so that none could refer to one before it.
            return draft.life().supersedes().isPresent()
                    ? BatchLine.invalid(number, "field 'supersedes' is not for lines of a batch; send the memory alone")
                    : BatchLine.of(number, draft);
        } catch (ProblemException | RefusedException refused) {
            return BatchLine.invalid(
                    number, Optional.ofNullable(refused.getMessage()).orElse("not a memory"));
        }
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte at : bytes) {
            if (at != ' ' && at != '\t' && at != '\r') {
                return false;
            }
        }
        return true;
    }
}
