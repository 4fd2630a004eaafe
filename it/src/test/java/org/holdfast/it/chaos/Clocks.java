package org.holdfast.it.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clocks of the instances of the application, each of which can be set on its own; their clocks that only measure
 * stay right. Done by libfaketime, which asks a file before each answer. None where that library is not installed.
 */
final class Clocks {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";
    /** Below an instance's directory, in which it runs. */
    private static final String FILE = "clock";

    private final Path nodes;
    private final boolean isEmpty;

    private Clocks(Path nodes, boolean isEmpty) {
        this.nodes = nodes;
        this.isEmpty = isEmpty;
    }

    /** Every instance has the clock of the machine. */
    static Clocks none() {
        return new Clocks(Path.of("/"), true);
    }

    /** Of a topology whose instances were started with {@link #environment}. */
    static Clocks below(Path home) {
        return new Clocks(home.resolve("nodes"), false);
    }

    /** Why there can be none here; empty when there can. */
    static Optional<String> whyNot() {
        return library().isPresent()
                ? Optional.empty()
                : Optional.of("libfaketime is not installed; ./holdfast install --tests does that");
    }

    /** What the launcher has to know. */
    static Map<String, String> environment() {
        return Map.of(
                "HOLDFAST_JAVA_PRELOAD",
                library().orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE",
                FILE,
                "FAKETIME_NO_CACHE",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // The cure for old C libraries: with today's, every timed wait of the JVM would end at once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    // Debian has one directory for each architecture.
    private static Optional<Path> library() {
        try (Stream<Path> architectures = Files.list(LIBRARIES)) {
            return architectures
                    .map(directory -> directory.resolve(LIBRARY))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    boolean isEmpty() {
        return isEmpty;
    }

    /** Sets an instance's clock so far from the machine's, in whole seconds, from its next look on. */
    void set(Instance instance, Duration ahead) {
        try {
            Path directory = Files.createDirectories(nodes.resolve(instance.name()));
            Path next = Files.writeString(directory.resolve(FILE + ".new"), "%+d\n".formatted(ahead.toSeconds()));
            // At once: an empty file would be another time.
            Files.move(next, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new UncheckedIOException("the clock of " + instance.name() + " cannot be set", failure);
        }
    }

    void heal(Instance instance) {
        if (!isEmpty) {
            set(instance, Duration.ZERO);
        }
    }
}
