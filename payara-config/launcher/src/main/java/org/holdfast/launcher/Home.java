package org.holdfast.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The one directory that holds everything of a topology: data, logs, certificates, secrets. */
final class Home {
    private static final Path PLACE_FOR_ROOT = Path.of("/var/lib/holdfast");

    private final Path shown;
    private final ServerUser user;

    /** {@code shown} is the path the user knows; it may be a symbolic link to where the data really is. */
    Home(Path shown, ServerUser user) {
        this.shown = shown.toAbsolutePath().normalize();
        this.user = user;
    }

    /** The path to print: the user's own. */
    Path shown() {
        return shown;
    }

    boolean exists() {
        return Files.isDirectory(shown);
    }

    /**
     * Creates the directory. Below a directory that the servers' user cannot enter, such as /root, the data goes to
     * /var/lib/holdfast, and the home becomes a link to it.
     */
    void create() {
        try {
            if (!exists()) {
                Path real = user.canReach(shown) ? shown : PLACE_FOR_ROOT.resolve(nameFor(shown));
                if (Files.isSymbolicLink(shown)) {
                    real = Files.readSymbolicLink(shown);
                }
                Files.createDirectories(real);
                if (!real.equals(shown) && !Files.isSymbolicLink(shown)) {
                    Files.createDirectories(shown.getParent());
                    Files.createSymbolicLink(shown, real);
                }
            }
            Files.setPosixFilePermissions(real(), PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectories(logs());
            Files.createDirectories(real().resolve("nodes"));
        } catch (IOException e) {
            throw new LauncherException(
                    "cannot create " + shown + " (" + e.getMessage() + "); set HOLDFAST_HOME to a directory of yours",
                    e);
        }
        if (!user.canReach(real())) {
            throw new LauncherException(real() + " cannot be entered by the user " + ServerUser.NAME
                    + "; run ./holdfast reset, or set HOLDFAST_HOME=" + PLACE_FOR_ROOT);
        }
    }

    Path real() {
        try {
            return shown.toRealPath();
        } catch (IOException e) {
            throw new LauncherException("no data in " + shown + "; run ./holdfast up first", e);
        }
    }

    Path node(String name) {
        return real().resolve("nodes").resolve(name);
    }

    Path logs() {
        return real().resolve("logs");
    }

    Path log(String name) {
        return logs().resolve(name + ".log");
    }

    Path tls() {
        return real().resolve("tls");
    }

    Path keys() {
        return real().resolve("keys");
    }

    Path payara() {
        return real().resolve("payara");
    }

    Path state() {
        return real().resolve("topology.properties");
    }

    void requireSpace(long bytesMin) {
        // Not by the file store: finding that needs the mount's entry, which a chroot or a container may not show.
        long free = real().toFile().getUsableSpace();
        if (free < bytesMin) {
            throw new LauncherException("no space: " + (free >> 20) + " MB free in " + real() + ", " + (bytesMin >> 20)
                    + " MB needed; free some, or set HOLDFAST_HOME to a directory on another disk");
        }
    }

    /** Removes everything, the link too. */
    void delete() {
        try {
            if (exists()) {
                deleteTree(real());
            }
            Files.deleteIfExists(shown);
        } catch (IOException e) {
            throw new LauncherException("cannot delete " + shown + ": " + e.getMessage(), e);
        }
    }

    static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            @SuppressWarnings("NullAway") // The JDK passes null when the visit ended well; it is not annotated.
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    // Two clones of the same name must not share a data directory.
    private static String nameFor(Path path) {
        Path clone = path.getParent() == null ? path : path.getParent();
        return clone.getFileName() + "-" + digest(path.toString()).substring(0, 8);
    }

    /** The SHA-256 of a text, in hexadecimal. */
    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
