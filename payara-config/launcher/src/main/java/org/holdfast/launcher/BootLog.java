package org.holdfast.launcher;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a starting server says about itself. */
final class BootLog {
    private static final int LINES = 400;
    private static final Pattern FAILURE = Pattern.compile(
            "Boot Command deploy.*FAILURE|Command deploy.*failed|Exception while deploying the app|Error occurred during deployment");
    private static final int WIDTH = 160;

    private final LogFile file;
    private final long from;

    BootLog(LogFile file, long from) {
        this.file = file;
        this.from = from;
    }

    /** The line that says that the application will never be ready. */
    Optional<String> failure() {
        return lines(LINES).stream()
                .filter(line -> FAILURE.matcher(line).find())
                .findFirst()
                .map(BootLog::shorten);
    }

    /** The last thing the server said. */
    String stage() {
        List<String> last = lines(5);
        return last.isEmpty() ? "no output yet" : shorten(last.get(last.size() - 1));
    }

    /** The end of the log, to be appended to a message. */
    String tail() {
        String newLine = System.lineSeparator();
        return newLine + "the end of its log:" + newLine + String.join(newLine, lines(25));
    }

    private List<String> lines(int count) {
        return file.tail(from, count).stream().filter(line -> !line.isBlank()).toList();
    }

    private static String shorten(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH) + "...";
    }
}
