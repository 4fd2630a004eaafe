package org.holdfast.launcher;

/** A failure that its message explains in one line, with the cure; shown without a stack trace. */
public final class LauncherException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    LauncherException(String message) {
        this(1, message);
    }

    LauncherException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    LauncherException(String message, Throwable cause) {
        super(message, cause);
        this.exitCode = 1;
    }

    /** The exit code of the process; 1 unless the caller used the command wrongly (2). */
    public int exitCode() {
        return exitCode;
    }
}
