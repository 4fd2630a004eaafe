package org.holdfast.launcher;

import java.util.Locale;
import java.util.function.DoubleSupplier;

/** Counts what became of the lines and shows it while it happens. Safe for use by several threads. */
final class LoadReport {
    private static final int SHOWN_MAX = 1000;
    private static final long PLAIN_NANOS = 5_000_000_000L;
    private static final long BAR_NANOS = 200_000_000L;
    private static final int BAR_WIDTH = 30;

    private final Console console;
    private final boolean isTerminal;
    private final DoubleSupplier fileProgress;
    private final long startNanos = System.nanoTime();
    private long shownNanos = startNanos;
    private long created;
    private long present;
    private long rejected;

    LoadReport(Console console, boolean isTerminal, DoubleSupplier fileProgress) {
        this.console = console;
        this.isTerminal = isTerminal;
        this.fileProgress = fileProgress;
    }

    synchronized void rejected(long line, String reason) {
        rejected++;
        if (rejected <= SHOWN_MAX) {
            console.error("line " + line + ": " + reason);
        } else if (rejected == SHOWN_MAX + 1) {
            console.error("more lines are rejected; from here they are only counted");
        }
    }

    synchronized void stored(long newTurns, long presentTurns) {
        created += newTurns;
        present += presentTurns;
        long now = System.nanoTime();
        if (now - shownNanos >= (isTerminal ? BAR_NANOS : PLAIN_NANOS)) {
            shownNanos = now;
            show();
        }
    }

    synchronized long rejectedLines() {
        return rejected;
    }

    /** The last line of a load: turns, seconds, turns per second. */
    synchronized String summary() {
        double seconds = seconds();
        return String.format(
                Locale.ROOT,
                "%d turns stored, %d already there, %d rejected; %.1f seconds, %.1f turns per second",
                created,
                present,
                rejected,
                seconds,
                created / seconds);
    }

    private void show() {
        double done = fileProgress.getAsDouble();
        double seconds = seconds();
        String text = String.format(
                Locale.ROOT,
                "%3.0f %%  %d turns, %.0f a second",
                done * 100,
                created + present,
                (created + present) / seconds);
        if (isTerminal) {
            int filled = (int) Math.round(done * BAR_WIDTH);
            console.bar("[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "] " + text);
        } else {
            console.print(text);
        }
    }

    private double seconds() {
        return Math.max(1, System.nanoTime() - startNanos) / 1e9;
    }
}
