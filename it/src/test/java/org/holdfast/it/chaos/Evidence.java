package org.holdfast.it.chaos;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All that is known after a run.
 *
 * @param operations of all clients and the reads that ended the run, in the order in which they began
 * @param initial what each register held before
 * @param salvaged values of writes that the system itself lists as lost with an old writer
 */
record Evidence(List<Operation> operations, Map<String, String> initial, Set<String> salvaged) {
    Evidence {
        operations = operations.stream()
                .sorted(Comparator.comparingLong(Operation::beganNanos))
                .toList();
        initial = Map.copyOf(initial);
        salvaged = Set.copyOf(salvaged);
    }

    Stream<Operation> of(Operation.Kind kind) {
        return operations.stream().filter(operation -> operation.is(kind));
    }

    Stream<Operation> of(Operation.Kind kind, String key) {
        return of(kind).filter(operation -> operation.call().key().equals(key));
    }

    /** Every key that an operation of one of these kinds names. */
    Set<String> keys(Operation.Kind one, Operation.Kind other) {
        Set<String> keys = new TreeSet<>();
        operations.stream()
                .filter(operation -> operation.is(one) || operation.is(other))
                .forEach(operation -> keys.add(operation.call().key()));
        return keys;
    }
}
