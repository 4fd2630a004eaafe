package org.holdfast.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Generated passwords, kept in two files that only the launcher's own user can read. */
public final class Secrets {
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private static final int LENGTH = 28;
    private static final List<String> INTERNAL = List.of(
            "POSTGRES_PASSWORD",
            "OWNER_PASSWORD",
            "APP_PASSWORD",
            "PROBE_PASSWORD",
            "REPLICATION_PASSWORD",
            "REDIS_PASSWORD");
    private static final Map<String, String> USERS = Map.of("ADMIN_USER", "admin", "AGENT_USER", "agent");
    private static final List<String> CREDENTIALS =
            List.of("ADMIN_USER", "ADMIN_PASSWORD", "AGENT_USER", "AGENT_PASSWORD");

    private final Map<String, String> values;

    private Secrets(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** Reads both files and makes what is missing. */
    static Secrets readOrCreate(Path home) {
        SecureRandom random = new SecureRandom();
        Map<String, String> values = new LinkedHashMap<>();
        values.putAll(complete(home.resolve("secrets"), INTERNAL, random));
        values.putAll(complete(home.resolve("credentials"), CREDENTIALS, random));
        return new Secrets(values);
    }

    /** The value of a key such as {@code OWNER_PASSWORD} or {@code AGENT_USER}. */
    public String get(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no secret is called " + key);
        }
        return value;
    }

    @Override
    public String toString() {
        return "Secrets" + values.keySet();
    }

    private static Map<String, String> complete(Path file, List<String> keys, SecureRandom random) {
        Map<String, String> known = read(file);
        if (known.keySet().containsAll(keys)) {
            return known;
        }
        for (String key : keys) {
            known.computeIfAbsent(key, missing -> USERS.getOrDefault(missing, generate(random)));
        }
        write(file, known);
        return known;
    }

    private static Map<String, String> read(Path file) {
        Map<String, String> values = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return values;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            return values;
        } catch (IOException e) {
            throw new LauncherException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    // Written aside and renamed: a launcher killed here must not leave half a file, whose passwords the servers lack.
    private static void write(Path file, Map<String, String> values) {
        String text = values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
        try {
            Path aside = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(aside);
            Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(aside, text.getBytes(StandardCharsets.UTF_8));
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LauncherException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static String generate(SecureRandom random) {
        StringBuilder password = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }
}
