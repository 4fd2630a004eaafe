package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.stream.Stream;

/** The user the servers run as: {@code holdfast} when the launcher is root, else whoever started it. */
final class ServerUser {
    static final String NAME = "holdfast";

    private final boolean isRoot;

    private ServerUser(boolean isRoot) {
        this.isRoot = isRoot;
    }

    static ServerUser detect() {
        try {
            return new ServerUser(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        } catch (IOException e) {
            throw new LauncherException("the local topology needs Linux: /proc/self cannot be read", e);
        }
    }

    boolean isRoot() {
        return isRoot;
    }

    /** Creates the user when the launcher is root and the machine lacks it. PostgreSQL refuses to run as root. */
    void create() {
        if (isRoot && !Command.of("id", "-u", NAME).run().succeeded()) {
            Command.of("useradd", "--system", "--user-group", "--no-create-home")
                    .with("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME)
                    .runOrFail("cannot create the user " + NAME + " that the servers run as");
        }
    }

    /** What to put before a command so that it runs as this user. */
    List<String> prefix() {
        return isRoot ? List.of("setpriv", "--reuid=" + NAME, "--regid=" + NAME, "--init-groups", "--") : List.of();
    }

    /** Creates the directory, and gives it to this user. */
    void makeDirectory(Path directory, String permissions) {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
            own(directory);
        } catch (IOException e) {
            throw new LauncherException("cannot create " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Writes a file that this user alone can read. */
    void writePrivate(Path file, String content) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, content);
            own(file);
        } catch (IOException e) {
            throw new LauncherException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    void own(Path path) throws IOException {
        if (!isRoot) {
            return;
        }
        UserPrincipalLookupService users = path.getFileSystem().getUserPrincipalLookupService();
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        view.setOwner(users.lookupPrincipalByName(NAME));
        view.setGroup(users.lookupPrincipalByGroupName(NAME));
    }

    void ownTree(Path directory) {
        if (!isRoot) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                own(file);
            }
        } catch (IOException e) {
            throw new LauncherException("cannot give " + directory + " to " + NAME + ": " + e.getMessage(), e);
        }
    }

    /** Whether every directory above can be entered by this user; false for a path below root's own home. */
    boolean canReach(Path path) {
        if (!isRoot) {
            return true;
        }
        for (Path above = path.toAbsolutePath().normalize(); above != null; above = above.getParent()) {
            if (Files.isDirectory(above) && !isOpen(above)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOpen(Path directory) {
        try {
            return Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException e) {
            return false;
        }
    }
}
