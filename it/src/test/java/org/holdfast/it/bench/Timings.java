package org.holdfast.it.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Times several ways of one work in turns, so that whatever else the machine does hits all of them alike. */
final class Timings {
    /** One way of the work. */
    interface Work {
        void run() throws Exception;
    }

    private static final class Way {
        private final String name;
        private final Work work;
        private final long[] nanos;

        Way(String name, Work work, int length) {
            this.name = name;
            this.work = work;
            this.nanos = new long[length];
        }

        double micros(int percent) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return sorted[(int) ((long) sorted.length * percent / 100)] / 1e3;
        }
    }

    private static final int PER_TURN = 50;
    // Another way's server was at work on the same processor, and has its caches; a way that shares its connection with
    // the one before it would look better than it is.
    private static final int UNTIMED_PER_TURN = 5;

    private final String title;
    private final int turns;
    private final List<Way> ways = new ArrayList<>();

    Timings(String title, int turns) {
        this.title = title;
        this.turns = turns;
    }

    /** The first way added is the one that the others are compared with. */
    Timings add(String name, Work work) {
        ways.add(new Way(name, work, turns * PER_TURN));
        return this;
    }

    void run(PrintStream out) throws Exception {
        // A third of the turns goes before, for the compiler.
        for (int turn = -turns / 3; turn < turns; turn++) {
            for (Way way : ways) {
                time(way, turn);
            }
        }
        print(out);
    }

    private static void time(Way way, int turn) throws Exception {
        for (int n = 0; n < UNTIMED_PER_TURN; n++) {
            way.work.run();
        }
        for (int n = 0; n < PER_TURN; n++) {
            long begun = System.nanoTime();
            way.work.run();
            long ended = System.nanoTime();
            if (turn >= 0) {
                way.nanos[turn * PER_TURN + n] = ended - begun;
            }
        }
    }

    private void print(PrintStream out) {
        out.printf("%n%-58s %9s %9s %9s %9s%n", title + ", us", "p50", "p99", "+p50", "+p99");
        double baseP50 = ways.get(0).micros(50);
        double baseP99 = ways.get(0).micros(99);
        for (Way way : ways) {
            double p50 = way.micros(50);
            double p99 = way.micros(99);
            out.printf("%-58s %9.1f %9.1f %+9.1f %+9.1f%n", way.name, p50, p99, p50 - baseP50, p99 - baseP99);
        }
    }
}
