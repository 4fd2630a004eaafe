package org.holdfast.failover;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Visits every state that can be reached, breadth first, until an invariant is broken. */
final class Exploration {
    /** What was found: all states when nothing is broken, else a shortest way to what is. */
    record Outcome(int states, int depth, Set<Step> steps, Optional<Broken> broken) {}

    /** A broken invariant and the steps that lead there. */
    record Broken(Invariant invariant, List<String> steps) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(invariant + ": " + invariant.broken());
            for (int i = 0; i < steps.size(); i++) {
                text.append(String.format("%n%3d  %s", i + 1, steps.get(i)));
            }
            return text.toString();
        }
    }

    private static final int STATES_MAX = 20_000_000;

    private final LeaseProtocol protocol;
    private final Set<Invariant> checked;
    private final boolean isSorting;
    private final Set<Step> taken = EnumSet.noneOf(Step.class);
    private long[] highs = new long[1 << 12];
    private long[] lows = new long[1 << 12];
    private int[] parents = new int[1 << 12];
    private int[] table = new int[1 << 14];
    private int count;
    private int expanding;
    private @Nullable Broken broken;

    /**
     * @param isSorting whether states that differ only by the order of the instances count as one; a trace then mixes their
     *     names
     */
    Exploration(LeaseProtocol protocol, Set<Invariant> checked, boolean isSorting) {
        this.protocol = protocol;
        this.checked = checked;
        this.isSorting = isSorting;
        Arrays.fill(table, -1);
    }

    Outcome run() {
        add(ProtocolState.first(protocol.bounds()), -1);
        int depth = 0;
        int levelEnd = count;
        for (expanding = 0; expanding < count && broken == null; expanding++) {
            if (expanding == levelEnd) {
                depth++;
                levelEnd = count;
            }
            protocol.expand(state(expanding), this::visit);
        }
        return new Outcome(count, depth, taken, Optional.ofNullable(broken));
    }

    private void visit(ProtocolState next, Step step, int head, int instance, Set<Invariant> found) {
        taken.add(step);
        for (Invariant invariant : found) {
            if (checked.contains(invariant) && broken == null) {
                List<String> steps = steps(expanding);
                steps.add(step.describe(head, instance));
                broken = new Broken(invariant, steps);
            }
        }
        add(isSorting ? next.sorted() : next, expanding);
    }

    private List<String> steps(int last) {
        List<String> steps = new ArrayList<>();
        for (int at = last; parents[at] >= 0; at = parents[at]) {
            ProtocolState reached = state(at);
            List<String> ways = new ArrayList<>();
            protocol.expand(state(parents[at]), (next, step, head, instance, found) -> {
                ProtocolState same = isSorting ? next.sorted() : next;
                if (same.high() == reached.high() && same.low() == reached.low()) {
                    ways.add(step.describe(head, instance) + "  [" + next + "]");
                }
            });
            steps.add(ways.get(0));
        }
        Collections.reverse(steps);
        return steps;
    }

    private ProtocolState state(int index) {
        return ProtocolState.unpacked(
                highs[index], lows[index], protocol.bounds().instances());
    }

    private void add(ProtocolState state, int parent) {
        long high = state.high();
        long low = state.low();
        int slot = slot(high, low);
        if (table[slot] >= 0) {
            return;
        }
        if (count == STATES_MAX) {
            throw new IllegalStateException("more than " + STATES_MAX + " states");
        }
        if (count == highs.length) {
            highs = Arrays.copyOf(highs, 2 * count);
            lows = Arrays.copyOf(lows, 2 * count);
            parents = Arrays.copyOf(parents, 2 * count);
        }
        highs[count] = high;
        lows[count] = low;
        parents[count] = parent;
        table[slot] = count++;
        if (2 * count > table.length) {
            rehash();
        }
    }

    private void rehash() {
        table = new int[2 * table.length];
        Arrays.fill(table, -1);
        for (int i = 0; i < count; i++) {
            table[slot(highs[i], lows[i])] = i;
        }
    }

    // Open addressing: the slot that holds the state, or the free one that it belongs to.
    private int slot(long high, long low) {
        long mixed = (high * 0x9E37_79B9_7F4A_7C15L) ^ (low * 0xC2B2_AE3D_27D4_EB4FL);
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58_476D_1CE4_E5B9L;
        int slot = (int) (mixed >>> 32) & (table.length - 1);
        while (table[slot] >= 0 && (highs[table[slot]] != high || lows[table[slot]] != low)) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }
}
