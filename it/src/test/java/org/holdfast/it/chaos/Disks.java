package org.holdfast.it.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.holdfast.launcher.NodeName;

/**
 * A small disk in memory for each PostgreSQL node, which can be filled. A guard unmounts them when this JVM has ended,
 * however it ended, after it has killed whatever still works there. None where nobody may mount.
 */
final class Disks implements AutoCloseable {
    private static final int SIZE_MEGABYTES = 1024;
    private static final String BALLAST = "ballast";
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);
    private static final Duration COMMAND_MAX = Duration.ofSeconds(10);

    /** Waits for the end of its input, which is the end of this JVM at the latest. */
    private static final String GUARD = """
            read -r nothing
            for mount; do
              for process in /proc/[0-9]*; do
                case "$(readlink "$process/cwd")" in "$mount" | "$mount"/*) kill -9 "${process#/proc/}" ;; esac
              done
              tries=0
              until umount "$mount" || [ "$tries" -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
            done
            """;

    private final Path nodes;
    private final Optional<Process> guard;

    private Disks(Path nodes, Optional<Process> guard) {
        this.nodes = nodes;
        this.guard = guard;
    }

    /** Every node is on the disk of the machine. */
    static Disks none() {
        return new Disks(Path.of("/"), Optional.empty());
    }

    /** Why there can be none here; empty when there can. */
    static Optional<String> whyNot() {
        try {
            Path probe = Files.createTempDirectory("holdfast-disk-");
            String refused = run("mount", "-t", "tmpfs", "-o", "size=1m", "holdfast", probe.toString());
            if (refused.isEmpty()) {
                run("umount", probe.toString());
            }
            Files.delete(probe);
            return refused.isEmpty() ? Optional.empty() : Optional.of("no disk can be mounted here: " + refused);
        } catch (IOException failure) {
            return Optional.of("no disk can be mounted here: " + failure);
        }
    }

    /** Mounts one for each node of a topology whose directory is there and whose nodes do not run. */
    static Disks below(Path home) {
        List<String> guarded = new ArrayList<>(List.of("setsid", "sh", "-c", GUARD, "guard"));
        Path nodes = home.resolve("nodes");
        List<Path> mounts = Cluster.nodes().stream()
                .map(node -> nodes.resolve(node.label()))
                .toList();
        mounts.forEach(mount -> guarded.add(mount.toString()));
        try {
            // Before the first mount: from here on none is left behind.
            Process guard = new ProcessBuilder(guarded)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Disks disks = new Disks(nodes, Optional.of(guard));
            for (Path mount : mounts) {
                Files.createDirectories(mount);
                String refused =
                        run("mount", "-t", "tmpfs", "-o", "size=" + SIZE_MEGABYTES + "m", "holdfast", mount.toString());
                if (!refused.isEmpty()) {
                    disks.close();
                    throw new IllegalStateException("no disk could be mounted on " + mount + ": " + refused);
                }
            }
            return disks;
        } catch (IOException failure) {
            throw new UncheckedIOException("no disks could be mounted below " + nodes, failure);
        }
    }

    /** Unmounts what an earlier run left below a directory, whose processes must have ended. */
    static void unmountStale(Path home) {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            // The second field is the place; a blank in it would be written as \040.
            mounts.map(line -> line.split(" ", -1)[1].replace("\\040", " "))
                    .filter(place -> Path.of(place).startsWith(home))
                    .forEach(place -> run("umount", place));
        } catch (IOException failure) {
            throw new UncheckedIOException("the mounts of this machine cannot be read", failure);
        }
    }

    boolean isEmpty() {
        return guard.isEmpty();
    }

    /** Takes all that is left on a node's disk. */
    void fill(NodeName node) {
        byte[] some = new byte[1 << 20];
        Arrays.fill(some, (byte) 'x');
        try (OutputStream ballast = Files.newOutputStream(ballast(node))) {
            // As much as fits at once, then half of that, and so on: in the end not one page is left.
            for (int length = some.length; length > 0; length /= 2) {
                while (isWritten(ballast, some, length)) {
                    // The disk is small.
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the disk of " + node.label() + " cannot be filled", failure);
        }
    }

    private static boolean isWritten(OutputStream ballast, byte[] some, int length) {
        try {
            ballast.write(some, 0, length);
            return true;
        } catch (IOException full) {
            return false;
        }
    }

    /** Gives back what {@link #fill} took. */
    void free(NodeName node) {
        try {
            Files.deleteIfExists(ballast(node));
        } catch (IOException failure) {
            throw new UncheckedIOException("the disk of " + node.label() + " stays full", failure);
        }
    }

    void heal() {
        if (!isEmpty()) {
            Cluster.nodes().forEach(this::free);
        }
    }

    private Path ballast(NodeName node) {
        return nodes.resolve(node.label()).resolve(BALLAST);
    }

    /** Unmounts all of them; returns when that is done, at most 30 s later. */
    @Override
    public void close() {
        guard.ifPresent(Disks::end);
    }

    private static void end(Process guard) {
        try {
            guard.getOutputStream().close();
            if (!guard.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the disks are not unmounted after " + ENDS_WITHIN.toSeconds() + " s");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the guard of the disks cannot be told", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Empty when it succeeded, else what it said. */
    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said;
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                said = String.join(" ", output.lines().toList());
            }
            if (!process.waitFor(COMMAND_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return command[0] + " does not end";
            }
            return process.exitValue() == 0 ? "" : command[0] + ": " + said;
        } catch (IOException failure) {
            return failure.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
