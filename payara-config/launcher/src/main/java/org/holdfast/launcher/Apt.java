package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's and Ubuntu's package manager; without the rights for it, every call says what to type instead. */
final class Apt {
    static final Duration INSTALL_MAX = Duration.ofMinutes(15);
    // Debian's own services would take the usual ports, and start again with the machine.
    private static final Path POLICY = Path.of("/usr/sbin/policy-rc.d");
    private static final Path CLUSTER_POLICY = Path.of("/etc/postgresql-common/createcluster.conf");

    private final boolean isAllowed;
    private final Path log;
    private final Progress progress;

    Apt(boolean isAllowed, Path log, Progress progress) {
        this.isAllowed = isAllowed;
        this.log = log;
        this.progress = progress;
    }

    /** Whether the archive has the package in at least this version. */
    boolean offers(String name, String versionMin) {
        if (!isAllowed) {
            throw new LauncherException("pgvector is missing; as root: apt-get install " + name
                    + "  (where there is no such package, run ./holdfast install as root once)");
        }
        String policy = Command.of("apt-cache", "policy", name).run().output();
        return policy.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("Candidate:"))
                .map(line -> line.substring("Candidate:".length()).strip())
                .filter(version -> !version.equals("(none)"))
                .anyMatch(version -> Command.of("dpkg", "--compare-versions", version, "ge", versionMin)
                        .run()
                        .succeeded());
    }

    void install(List<String> packages) {
        String names = String.join(" ", packages);
        if (!isAllowed) {
            throw new LauncherException("missing: " + names + "; as root on Debian or Ubuntu: apt-get install -y "
                    + names + ", then run this again");
        }
        progress.step("installing " + names + " (output in " + log + ")");
        boolean hadPolicy = Files.exists(POLICY);
        try {
            if (!hadPolicy) {
                Files.writeString(POLICY, "#!/bin/sh\nexit 101\n");
                Files.setPosixFilePermissions(POLICY, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            if (!Files.exists(CLUSTER_POLICY)) {
                Files.createDirectories(CLUSTER_POLICY.getParent());
                Files.writeString(CLUSTER_POLICY, "create_main_cluster = false\n");
            }
            apt("update").run();
            apt("install", "--yes", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold")
                    .with(packages.toArray(String[]::new))
                    .runOrFail("apt-get cannot install " + names);
            disableServices(packages);
        } catch (IOException e) {
            throw new LauncherException("cannot prepare the installation of " + names + ": " + e.getMessage(), e);
        } finally {
            removePolicy(hadPolicy);
        }
    }

    private void disableServices(List<String> packages) {
        List<String> services = new ArrayList<>(packages);
        services.retainAll(List.of("redis-server", "pgbouncer"));
        if (!services.isEmpty() && Files.isDirectory(Path.of("/run/systemd/system"))) {
            Command.of("systemctl", "disable", "--now")
                    .with(services.toArray(String[]::new))
                    .run();
        }
    }

    private Command apt(String... arguments) {
        return Command.of("apt-get", "-q")
                .with(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive")
                .logTo(log)
                .atMost(INSTALL_MAX);
    }

    private static void removePolicy(boolean hadPolicy) {
        try {
            if (!hadPolicy) {
                Files.deleteIfExists(POLICY);
            }
        } catch (IOException e) {
            throw new LauncherException("cannot remove " + POLICY + "; delete it, or no service will start here", e);
        }
    }
}
