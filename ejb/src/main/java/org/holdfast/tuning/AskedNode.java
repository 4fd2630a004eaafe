package org.holdfast.tuning;

import java.util.Optional;
import java.util.stream.Collectors;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/** Which node is asked. */
final class AskedNode {
    private AskedNode() {}

    /** The one of this name, or the writer. */
    static String of(Topology now, Optional<String> name) {
        if (name.isEmpty()) {
            return now.primary()
                    .map(node -> node.id().name())
                    .orElseThrow(
                            () -> new NothingHappenedException(ErrorCategory.CONNECTION, "nobody takes writes now"));
        }
        return now.nodes().stream()
                .map(node -> node.id().name())
                .filter(name.get()::equals)
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        ErrorCategory.VALIDATION, "node must be one of " + names(now) + ", not '" + name.get() + "'"));
    }

    private static String names(Topology now) {
        return now.nodes().stream().map(Node::id).map(Object::toString).collect(Collectors.joining(", "));
    }
}
