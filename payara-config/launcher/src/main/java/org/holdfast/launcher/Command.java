package org.holdfast.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One program to run, to its end or as a server. Not reusable, not thread-safe. */
final class Command {
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Duration timeout = Duration.ofMinutes(2);
    private Optional<Path> directory = Optional.empty();
    private Optional<Path> log = Optional.empty();
    private Optional<String> input = Optional.empty();
    private boolean inheritsEnvironment = true;

    record Result(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }

        String lastLines(int count) {
            List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
            return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - count), lines.size()));
        }
    }

    private Command() {}

    static Command of(String... arguments) {
        return new Command().with(arguments);
    }

    static Command as(ServerUser user, Path program) {
        Command command = new Command();
        command.arguments.addAll(user.prefix());
        return command.with(program.toString());
    }

    Command with(String... more) {
        arguments.addAll(Arrays.asList(more));
        return this;
    }

    Command in(Path workingDirectory) {
        directory = Optional.of(workingDirectory);
        return this;
    }

    Command env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Command env(Map<String, String> more) {
        environment.putAll(more);
        return this;
    }

    /** Hands over nothing of the caller's environment but the path: a database server has no use for it. */
    Command cleanEnvironment() {
        inheritsEnvironment = false;
        return this;
    }

    Command atMost(Duration duration) {
        timeout = duration;
        return this;
    }

    /** Appends the output to a file, where the user finds all of it. */
    Command logTo(Path file) {
        log = Optional.of(file);
        return this;
    }

    Command input(String text) {
        input = Optional.of(text);
        return this;
    }

    Result runOrFail(String whatFailed) {
        Result result = run();
        if (!result.succeeded()) {
            String where = log.map(file -> " (all of it in " + file + ")").orElse("");
            throw new LauncherException(whatFailed + where + ": " + result.lastLines(6));
        }
        return result;
    }

    Result run() {
        try {
            return runInto(log.isPresent() ? log.get() : Files.createTempFile("holdfast-", ".out"));
        } catch (IOException e) {
            throw new LauncherException("cannot run " + arguments.get(0) + ": " + e.getMessage(), e);
        }
    }

    private Result runInto(Path output) throws IOException {
        long from = Files.exists(output) ? Files.size(output) : 0;
        try {
            ProcessBuilder builder = builder(output);
            Process process = builder.start();
            if (input.isPresent()) {
                try (var stdin = process.getOutputStream()) {
                    stdin.write(input.get().getBytes(StandardCharsets.UTF_8));
                }
            }
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return new Result(124, arguments.get(0) + " did not end within " + timeout.toSeconds() + " s");
            }
            byte[] bytes = Files.readAllBytes(output);
            int start = (int) Math.min(from, bytes.length);
            return new Result(
                    process.exitValue(), new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while running " + arguments.get(0), e);
        } finally {
            if (log.isEmpty()) {
                Files.deleteIfExists(output);
            }
        }
    }

    /**
     * Starts a server in a session of its own, so that Ctrl-C in the launcher's terminal does not reach it, and returns
     * at once. Needs a log file.
     */
    Process startServer() {
        arguments.add(0, "setsid");
        try {
            return builder(log.orElseThrow()).start();
        } catch (IOException e) {
            throw new LauncherException("cannot start " + arguments + ": " + e.getMessage(), e);
        }
    }

    private ProcessBuilder builder(Path output) {
        ProcessBuilder builder = new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        directory.map(Path::toFile).ifPresent(builder::directory);
        if (input.isEmpty()) {
            builder.redirectInput(new File("/dev/null"));
        }
        Map<String, String> variables = builder.environment();
        if (!inheritsEnvironment) {
            variables.keySet().retainAll(List.of("PATH"));
            // Messages of the servers are read by people and by this launcher: one language.
            variables.put("LANG", "C.UTF-8");
        }
        variables.putAll(environment);
        return builder;
    }
}
