package org.holdfast.launcher;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a starting server says about itself. */
final class BootLog {
    private static final int LINES = 400;
    private static final int TAIL = 12;
    private static final Pattern FAILURE = Pattern.compile(
            "Boot Command deploy.*FAILURE|Boot Command deploy failed|Exception while \\w+ the app|Error occurred during deployment"
                    + "|EntityManagerSetupException|the schema cannot be changed");
    // Payara packs the application's own exception into several of the server's; what follows these words is the cause.
    private static final Pattern CAUSE = Pattern.compile(".*(?:Exception while \\w+ the app : |LifecycleException: )+");
    private static final String BOOTED = " startup time : ";
    private static final String CAUSED_BY = "Caused by: ";
    private static final int WIDTH = 160;
    private static final int CAUSE_WIDTH = 400;

    private final LogFile file;
    private final long from;

    BootLog(LogFile file, long from) {
        this.file = file;
        this.from = from;
    }

    /** Why the application will never be ready, if the server said so. */
    Optional<String> failure() {
        List<String> failures = lines(LINES).stream()
                .filter(line -> FAILURE.matcher(line).find())
                .toList();
        // The first line announces the failure, a later one names the cause.
        return failures.stream()
                .filter(line -> CAUSE.matcher(line).lookingAt())
                .findFirst()
                .or(() -> failures.stream().findFirst())
                .map(line -> shorten(CAUSE.matcher(line).replaceFirst("") + rootCause(), CAUSE_WIDTH));
    }

    // The deepest cause is printed last, and is most often the application's own sentence.
    private String rootCause() {
        List<String> causes =
                lines(LINES).stream().filter(line -> line.startsWith(CAUSED_BY)).toList();
        return causes.isEmpty() ? "" : "; " + causes.get(causes.size() - 1);
    }

    /** Whether the server itself, still without the application, takes commands. */
    boolean isBooted() {
        return lines(LINES).stream().anyMatch(line -> line.contains(BOOTED));
    }

    /** The failure of the whole deployment, in the words of its deepest cause. */
    String deploymentFailure(String answer) {
        return shorten(
                CAUSE.matcher(answer.lines().findFirst().orElse("")).replaceFirst("") + rootCause(), CAUSE_WIDTH);
    }

    /** The last thing the server said. */
    String stage() {
        List<String> last = lines(5);
        return last.isEmpty() ? "no output yet" : shorten(last.get(last.size() - 1), WIDTH);
    }

    /** The end of the log, to be appended to a message. */
    String tail() {
        String newLine = System.lineSeparator();
        return newLine + "the end of its log:" + newLine + String.join(newLine, withoutFrames());
    }

    // The frames of the server's own stack traces push everything that matters out of sight.
    private List<String> withoutFrames() {
        List<String> lines = lines(LINES).stream()
                .filter(line -> !line.startsWith("\tat "))
                .map(line -> shorten(line, CAUSE_WIDTH))
                .toList();
        return lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
    }

    private List<String> lines(int count) {
        return file.tail(from, count).stream().filter(line -> !line.isBlank()).toList();
    }

    private static String shorten(String line, int width) {
        return line.length() <= width ? line : line.substring(0, width) + "...";
    }
}
