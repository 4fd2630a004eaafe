package org.holdfast.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Payara Server, unpacked once where the servers' user can read it; all instances share it. */
final class PayaraDistribution {
    private static final Object UNPACKING = new Object();

    // A third of the distribution that no server reads.
    private static final List<String> LEFT_OUT =
            List.of("payara6/mq/javadoc/", "payara6/mq/examples/", "payara6/h2db/src/", "payara6/h2db/docs/");

    private final Path zip;
    private final Path directory;

    PayaraDistribution(Path zip, Path directory) {
        this.zip = zip;
        this.directory = directory;
    }

    /** The installation's directory with {@code glassfish} in it. */
    static Path homeIn(Path directory) {
        return directory.resolve("payara6");
    }

    Path glassfish() {
        return homeIn(directory).resolve("glassfish");
    }

    /** Instances that start at once wait for one of them. */
    void unpackIfMissing(Progress progress) {
        synchronized (UNPACKING) {
            unpackOnce(progress);
        }
    }

    private void unpackOnce(Progress progress) {
        Path marker = directory.resolve("unpacked");
        try {
            if (!Files.exists(zip)) {
                throw new LauncherException(zip + " is missing; run mvn package, or ./holdfast up, which fetches it");
            }
            String wanted = Long.toString(Files.size(zip));
            if (Files.exists(marker) && Files.readString(marker).equals(wanted)) {
                return;
            }
            progress.step("unpacking Payara Server");
            Path aside = directory.resolveSibling("payara.new");
            Home.deleteTree(aside);
            unpack(aside);
            Files.writeString(aside.resolve("unpacked"), wanted);
            Home.deleteTree(directory);
            Files.move(aside, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LauncherException("cannot unpack " + zip + ": " + e.getMessage(), e);
        }
    }

    private void unpack(Path target) throws IOException {
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : Collections.list(archive.entries())) {
                Path file = target.resolve(entry.getName()).normalize();
                if (entry.isDirectory() || LEFT_OUT.stream().anyMatch(entry.getName()::startsWith)) {
                    continue;
                }
                if (!file.startsWith(target)) {
                    throw new IOException("an entry points outside: " + entry.getName());
                }
                Files.createDirectories(file.getParent());
                try (InputStream content = archive.getInputStream(entry)) {
                    Files.copy(content, file);
                }
                // The archive's own permissions are not within reach of this library; asadmin is all that needs them.
                if (entry.getName().contains("/bin/") && !entry.getName().endsWith(".bat")) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }
}
