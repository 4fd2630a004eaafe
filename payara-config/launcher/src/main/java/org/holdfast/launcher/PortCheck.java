package org.holdfast.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out before a start whether its port is free, and who holds it. */
final class PortCheck {
    private static final Duration FREE_WITHIN = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(100);

    private PortCheck() {}

    static void requireFree(int port, String neededBy, String variable) {
        // Asked more than once: a process that is being started beside this check holds the check's own socket
        // for a moment.
        if (Waiting.until(FREE_WITHIN, POLL, () -> isFree(port))) {
            return;
        }
        String holder = holder(port).map(who -> " by " + who).orElse("");
        throw new LauncherException("port " + port + " (" + neededBy + ") is taken" + holder
                + "; end that process, or set " + variable + " to a free port");
    }

    private static boolean isFree(int port) {
        for (String address : List.of("127.0.0.1", "0.0.0.0")) {
            try (ServerSocket socket = new ServerSocket()) {
                // A port whose last connections linger in TIME_WAIT is free: the servers set the same option.
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> holder(int port) {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> listeningInode(Path.of(table), port).stream())
                .flatMap(inode -> owner(inode).stream())
                .findFirst();
    }

    private static Optional<String> listeningInode(Path table, int port) {
        String local = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> lines = Files.lines(table)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    // Column 3 is the state; 0A is LISTEN. Column 9 is the socket's inode.
                    .filter(columns -> columns.length > 9 && columns[1].endsWith(local) && columns[3].equals("0A"))
                    .map(columns -> columns[9])
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> owner(String inode) {
        String socket = "socket:[" + inode + "]";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("fd"), socket)) {
                    String name = Files.readString(process.resolve("comm")).strip();
                    return Optional.of("pid " + process.getFileName() + " (" + name + ")");
                }
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean holds(Path descriptors, String socket) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(descriptors)) {
            for (Path entry : entries) {
                if (Files.isSymbolicLink(entry)
                        && Files.readSymbolicLink(entry).toString().equals(socket)) {
                    return true;
                }
            }
            return false;
        } catch (IOException foreign) {
            // Descriptors of other users' processes are hidden, and processes end while we look.
            return false;
        }
    }
}
