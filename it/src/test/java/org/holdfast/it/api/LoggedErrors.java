package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.holdfast.it.RunningSystem;

/** What the application under test has logged as errors since a moment. */
final class LoggedErrors {
    private static final Pattern SEVERE = Pattern.compile("(?m)^\\S+ (?:SEVERE|ERROR) org\\.holdfast.*$");

    private final Path log = RunningSystem.get().log();
    private final long from;

    private LoggedErrors() {
        try {
            from = Files.size(log);
        } catch (IOException failure) {
            throw new AssertionError(log.toString(), failure);
        }
    }

    static LoggedErrors fromNow() {
        return new LoggedErrors();
    }

    void assertNone() throws IOException {
        byte[] all = Files.readAllBytes(log);
        String since = new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8);

        assertThat(SEVERE.matcher(since).results().map(found -> found.group()).toList())
                .as("what %s logged as errors", log)
                .isEmpty();
    }
}
