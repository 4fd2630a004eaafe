package org.holdfast.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One launcher at a time changes a topology. The operating system frees the lock of a launcher that was killed. */
final class HomeLock {
    private HomeLock() {}

    /** Runs the action while this process alone may change the topology; fails at once when another is at it. */
    static void during(Path home, Runnable action) {
        Path file = home.resolve("lock");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (!tryLock(channel)) {
                String holder = Files.readString(file).strip();
                throw new LauncherException(
                        "another ./holdfast (pid " + holder + ") is changing " + home + "; wait for it, or end it");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            action.run();
        } catch (IOException e) {
            throw new LauncherException("cannot lock " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
