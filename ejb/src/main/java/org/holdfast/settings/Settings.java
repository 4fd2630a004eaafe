package org.holdfast.settings;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * MicroProfile Config with bounds. Every method throws {@link IllegalArgumentException} naming key, value and allowed range,
 * which stops the deployment when it happens at start-up.
 */
@Singleton
public class Settings {
    private final Config config;

    @Inject
    public Settings(Config config) {
        this.config = config;
    }

    /** A whole number of milliseconds within {@code min} and {@code max}, both included. */
    public Duration millis(String key, Duration whenAbsent, Duration min, Duration max) {
        return Duration.ofMillis(number(key, whenAbsent.toMillis(), min.toMillis(), max.toMillis(), "ms"));
    }

    /** A whole number within {@code min} and {@code max}, both included. */
    public int integer(String key, int whenAbsent, int min, int max) {
        return Math.toIntExact(number(key, whenAbsent, min, max, ""));
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean whenAbsent) {
        String value = text(key).orElse(Boolean.toString(whenAbsent));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(key, value, "true or false", null);
        };
    }

    /** One of an enum's constants, by its name; a dash of the value is an underscore of the name. */
    public <E extends Enum<E>> E choice(String key, E whenAbsent) {
        String value = text(key).orElse(word(whenAbsent));
        E[] choices = whenAbsent.getDeclaringClass().getEnumConstants();
        return Arrays.stream(choices)
                .filter(choice -> word(choice).equals(value))
                .findFirst()
                .orElseThrow(() -> refused(
                        key,
                        value,
                        "one of " + Arrays.stream(choices).map(Settings::word).toList(),
                        null));
    }

    private static String word(Enum<?> choice) {
        return choice.name().replace('_', '-');
    }

    private long number(String key, long whenAbsent, long min, long max, String unit) {
        Optional<String> value = text(key);
        if (value.isEmpty()) {
            return whenAbsent;
        }
        try {
            long number = Long.parseLong(value.get());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw refused(key, value.get(), "a whole number from " + min + " to " + max + " " + unit, notANumber);
        }
        throw refused(key, value.get(), "a whole number from " + min + " to " + max + " " + unit, null);
    }

    /** Comma-separated words; {@code whenAbsent} while the key is not set, none when it is set to nothing or {@code none}. */
    public List<String> words(String key, List<String> whenAbsent) {
        Optional<String> value = text(key);
        if (value.isEmpty()) {
            return whenAbsent;
        }
        return value.get().equals("none")
                ? List.of()
                : List.of(value.get().split(",", -1)).stream()
                        .map(String::strip)
                        .toList();
    }

    /** A text that is neither absent nor blank. */
    public String required(String key, String meaning) {
        return text(key)
                .orElseThrow(
                        () -> new IllegalArgumentException("configuration " + key + " is not set; it is " + meaning));
    }

    /** A readable file. */
    public Path file(String key, String meaning) {
        Path path = Path.of(required(key, meaning));
        if (!Files.isReadable(path)) {
            throw refused(key, path.toString(), "a file that this process can read: " + meaning, null);
        }
        return path;
    }

    /** A text; empty when absent or blank. */
    public Optional<String> text(String key) {
        return config.getOptionalValue(key, String.class).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static IllegalArgumentException refused(
            String key, String value, String allowed, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "configuration " + key + " = '" + value + "' is not allowed: it must be " + allowed.strip(), cause);
    }
}
