package org.holdfast.migration;

import org.jspecify.annotations.Nullable;

/**
 * Something that whoever runs a plan should know.
 *
 * @param rule by which an error is overridden
 * @param version or the name of a repeatable file
 * @param line in its file, from 1; null when it is about the whole file
 * @param statement its first 200 characters; null when it is about the whole file
 * @param lock the lock that is held meanwhile, in PostgreSQL's words; null where none matters
 * @param estimatedMillis for how long, by the table's size; null where that is not known
 */
public record LintFinding(
        String rule,
        Severity severity,
        String version,
        @Nullable Integer line,
        @Nullable String statement,
        String message,
        @Nullable String lock,
        @Nullable Long estimatedMillis) {
    /** Whether it stops a run. */
    public enum Severity {
        ERROR,
        WARNING
    }

    boolean isError() {
        return severity == Severity.ERROR;
    }

    @Override
    public String toString() {
        return "version " + version + (line == null ? "" : ", line " + line) + ": " + message + " (" + rule + ")";
    }
}
