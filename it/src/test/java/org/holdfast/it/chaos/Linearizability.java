package org.holdfast.it.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the operations on one register fit into one order that keeps real time: the search of Wing and Gong with Lowe's
 * memory of what was tried. Pure; an object serves one search.
 */
final class Linearizability {
    /**
     * One operation.
     *
     * @param endedNanos {@link #NEVER_ENDED} for a write without an answer, which may take effect at any later time
     */
    record Step(boolean isWrite, String value, long beganNanos, long endedNanos) {
        static final long NEVER_ENDED = Long.MAX_VALUE;
    }

    enum Verdict {
        YES,
        NO,
        GIVEN_UP
    }

    /**
     * The answer.
     *
     * @param stuck the operation that found no place where the search came furthest; empty unless the verdict is no
     */
    record Finding(Verdict verdict, Optional<Step> stuck) {}

    /** A begin or an end in the list of what was not placed yet. The head is an entry too, of neither kind. */
    private static final class Entry {
        final int step;
        final boolean isBegin;
        Entry match = this;
        Entry previous = this;
        Entry next = this;

        Entry(int step, boolean isBegin) {
            this.step = step;
            this.isBegin = isBegin;
        }

        void insertBefore(Entry other) {
            previous = other.previous;
            next = other;
            previous.next = this;
            other.previous = this;
        }

        void unlink() {
            previous.next = next;
            next.previous = previous;
        }

        void relink() {
            previous.next = this;
            next.previous = this;
        }
    }

    private record Placed(Entry begin, String before) {}

    private record Tried(BitSet placed, String value) {}

    private record Event(long atNanos, Entry entry) {}

    private final List<Step> steps;
    private final int configurationsMax;
    private final Entry head = new Entry(-1, false);
    private final BitSet placed = new BitSet();
    private final Set<Tried> tried = new HashSet<>();
    private final Deque<Placed> order = new ArrayDeque<>();
    private String value;
    private int furthest = -1;
    private Optional<Step> stuck = Optional.empty();

    private Linearizability(String initial, List<Step> steps, int configurationsMax) {
        this.value = initial;
        this.steps = steps;
        this.configurationsMax = configurationsMax;
        link();
    }

    /** Searches; gives up after {@code configurationsMax} different configurations. */
    static Finding check(String initial, List<Step> steps, int configurationsMax) {
        return new Linearizability(initial, steps, configurationsMax).search();
    }

    // At equal times begins come first: what cannot be told apart counts as concurrent.
    private void link() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Entry begin = new Entry(i, true);
            Entry end = new Entry(i, false);
            begin.match = end;
            end.match = begin;
            events.add(new Event(steps.get(i).beganNanos(), begin));
            events.add(new Event(steps.get(i).endedNanos(), end));
        }
        events.sort(Comparator.comparingLong(Event::atNanos).thenComparing(event -> !event.entry().isBegin));
        events.forEach(event -> event.entry().insertBefore(head));
    }

    private Finding search() {
        Entry entry = head.next;
        while (head.next != head) {
            if (tried.size() > configurationsMax) {
                return new Finding(Verdict.GIVEN_UP, Optional.empty());
            }
            if (entry.isBegin) {
                entry = place(entry) ? head.next : entry.next;
            } else {
                // An operation that has ended has to be placed by here.
                remember(entry);
                if (order.isEmpty()) {
                    return new Finding(Verdict.NO, stuck);
                }
                entry = takeBack();
            }
        }
        return new Finding(Verdict.YES, Optional.empty());
    }

    private boolean place(Entry begin) {
        Step step = steps.get(begin.step);
        if (!step.isWrite() && !step.value().equals(value)) {
            return false;
        }
        placed.set(begin.step);
        if (!tried.add(new Tried((BitSet) placed.clone(), step.value()))) {
            placed.clear(begin.step);
            return false;
        }
        order.push(new Placed(begin, value));
        value = step.value();
        begin.unlink();
        begin.match.unlink();
        return true;
    }

    private Entry takeBack() {
        Placed last = order.pop();
        value = last.before();
        placed.clear(last.begin().step);
        // In the opposite order of the unlinking, so that neighbours find each other again.
        last.begin().match.relink();
        last.begin().relink();
        return last.begin().next;
    }

    private void remember(Entry end) {
        if (order.size() > furthest && end != head) {
            furthest = order.size();
            stuck = Optional.of(steps.get(end.step));
        }
    }
}
