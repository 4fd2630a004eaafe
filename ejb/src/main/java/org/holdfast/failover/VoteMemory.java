package org.holdfast.failover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The one promise of this instance: the newest epoch it voted for. Kept in a file, forced to disk before the vote is sent.
 * Thread-safe.
 */
final class VoteMemory implements AutoCloseable {
    private final Optional<Path> file;
    private final Optional<FileChannel> lock;
    private Optional<Long> promised;

    /**
     * Reads the file, where there is one, and keeps other processes from it.
     *
     * @throws IllegalArgumentException when it cannot be read, is not of this form, cannot be locked or is in use
     */
    VoteMemory(Optional<Path> file) {
        this.file = file;
        this.lock = file.map(VoteMemory::lock);
        this.promised = file.filter(Files::exists).map(VoteMemory::read);
    }

    private static FileChannel lock(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file.resolveSibling(file.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return channel;
            }
            channel.close();
        } catch (IOException | OverlappingFileLockException failure) {
            throw new IllegalArgumentException(
                    "configuration holdfast.failover.memory: " + file + " cannot be locked: " + failure.getMessage(),
                    failure);
        }
        throw new IllegalArgumentException("configuration holdfast.failover.memory: " + file
                + " is in use by another process; each instance needs a name and a file of its own");
    }

    /** Lets another process use the file. */
    @Override
    public void close() {
        lock.ifPresent(channel -> {
            try {
                channel.close();
            } catch (IOException failure) {
                throw new UncheckedIOException("the lock of " + file + " cannot be released", failure);
            }
        });
    }

    private static long read(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException unreadable) {
            throw new IllegalArgumentException(
                    "configuration holdfast.failover.memory: " + file + " does not hold one epoch number: "
                            + unreadable.getMessage(),
                    unreadable);
        }
    }

    /** The newest epoch voted for, 0 when none was; empty when an earlier life of this instance may have voted. */
    synchronized Optional<Long> promised() {
        return promised;
    }

    /** Remembers a promise, or, with an earlier epoch, that it was taken back. */
    synchronized void promise(long epoch) {
        if (promised.filter(known -> known == epoch).isPresent()) {
            return;
        }
        file.ifPresent(path -> write(path, epoch));
        promised = Optional.of(epoch);
    }

    // Written aside, forced and renamed: half a number would be another promise.
    private static void write(Path file, long epoch) {
        try {
            Path aside = file.resolveSibling(file.getFileName() + ".new");
            try (FileChannel channel = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap((epoch + "\n").getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
                directory.force(true);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the promise of this instance cannot be kept in " + file, failure);
        }
    }
}
