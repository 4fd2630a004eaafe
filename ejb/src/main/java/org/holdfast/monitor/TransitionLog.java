package org.holdfast.monitor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;
import org.holdfast.topology.TopologyChanged;

/** The last transitions of this instance's topology, newest first. */
@ApplicationScoped
public class TransitionLog {
    private static final int TRANSITIONS_MAX = 100;

    private final Deque<Transition> newestFirst = new ArrayDeque<>();

    void onChange(@ObservesAsync TopologyChanged changed) {
        List<Transition> transitions = between(changed.before(), changed.after());
        synchronized (newestFirst) {
            for (Transition transition : transitions) {
                newestFirst.addFirst(transition);
                if (newestFirst.size() > TRANSITIONS_MAX) {
                    newestFirst.removeLast();
                }
            }
        }
    }

    public List<Transition> newestFirst() {
        synchronized (newestFirst) {
            return List.copyOf(newestFirst);
        }
    }

    static List<Transition> between(Topology before, Topology after) {
        List<Transition> transitions = new ArrayList<>();
        for (Node node : after.nodes()) {
            before.node(node.id())
                    .filter(old -> old.state() != node.state())
                    .ifPresent(old -> transitions.add(new Transition(
                            node.since(),
                            node.id().name(),
                            old.state().name(),
                            node.state().name(),
                            node.reason().isEmpty() ? null : node.reason(),
                            after.epoch())));
        }
        if (before.writer() != after.writer()) {
            transitions.add(new Transition(
                    after.at(),
                    null,
                    before.writer().name(),
                    after.writer().name(),
                    "the writer changed",
                    after.epoch()));
        }
        return transitions;
    }
}
