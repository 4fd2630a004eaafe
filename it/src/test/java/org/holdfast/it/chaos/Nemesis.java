package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Carries out a plan, one thing after the other. A fault that takes long to begin or to end, such as the start of an
 * application, moves the rest of the plan, so that what follows lasts as long as it was to.
 */
final class Nemesis {
    private record Event(Plan.Step step, boolean isBegin) {
        Duration at() {
            return isBegin ? step.at() : step.ends();
        }
    }

    private final ChaosSystem system;
    private final Consumer<String> progress;
    private final Map<Plan.Step, Injection> running = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    Nemesis(ChaosSystem system, Consumer<String> progress) {
        this.system = system;
        this.progress = progress;
    }

    /** Returns when the last fault has ended. */
    void carryOut(Plan plan) {
        long startNanos = System.nanoTime();
        long zeroNanos = startNanos;
        for (Event event : events(plan)) {
            Deadline.until(zeroNanos + event.at().toNanos());
            if (event.isBegin()) {
                Injection injection = Injection.begin(
                        system, event.step().kind(), event.step().pick());
                running.put(event.step(), injection);
                tell(startNanos, injection.toString());
            } else {
                Injection injection = running.remove(event.step());
                if (injection != null) {
                    Injection.Ending ending = injection.end();
                    violations.addAll(ending.violations());
                    String remark = ending.remark().isEmpty() ? "" : ": " + ending.remark();
                    tell(startNanos, "end of " + injection + remark);
                }
            }
            zeroNanos = Math.max(zeroNanos, System.nanoTime() - event.at().toNanos());
        }
    }

    /** What broke a promise under the hands of the nemesis itself. */
    List<Violation> violations() {
        return List.copyOf(violations);
    }

    private static List<Event> events(Plan plan) {
        List<Event> events = new ArrayList<>();
        for (Plan.Step step : plan.steps()) {
            events.add(new Event(step, true));
            events.add(new Event(step, false));
        }
        events.sort(Comparator.comparing(Event::at));
        return events;
    }

    private void tell(long startNanos, String what) {
        progress.accept(String.format(Locale.ROOT, "  %5.1f s  %s", (System.nanoTime() - startNanos) / 1e9, what));
    }
}
