package org.holdfast.launcher;

import java.io.PrintStream;
import java.util.Locale;

/** The only place that writes to the terminal. Safe for use by several threads. */
final class Console implements Progress {
    private final PrintStream out;
    private final PrintStream err;
    private final long startNanos = System.nanoTime();
    private boolean barShown;

    Console(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    static Console standard() {
        return new Console(System.out, System.err);
    }

    /** A result the user asked for. */
    synchronized void print(String line) {
        endBar();
        out.println(line);
    }

    /** Something that is being done now, with the seconds since the start. */
    @Override
    public synchronized void step(String line) {
        endBar();
        out.printf(Locale.ROOT, "[%5.1f s] %s%n", (System.nanoTime() - startNanos) / 1e9, line);
        out.flush();
    }

    synchronized void error(String line) {
        endBar();
        err.println(line);
    }

    /** Redraws one line in place. Only for a terminal. */
    synchronized void bar(String line) {
        out.print("\r\u001b[K" + line);
        out.flush();
        barShown = true;
    }

    private void endBar() {
        if (barShown) {
            out.println();
            barShown = false;
        }
    }
}
