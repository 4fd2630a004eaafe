package org.holdfast.launcher;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Ports of this machine through which nodes are reached instead of their own, so that a test can hurt the connections and
 * not only the servers. Who is not named here goes the direct way.
 *
 * @param instances where each instance of the application finds a node, by the number of the instance, which counts from 1
 * @param followers where a replica finds the node that it follows, by replica
 * @param clusters where the other cluster finds a head that it subscribes to, by head
 */
public record Detours(
        Map<Integer, Map<NodeName, Integer>> instances,
        Map<NodeName, Integer> followers,
        Map<NodeName, Integer> clusters) {
    /** Copies what it is given. */
    public Detours {
        instances = instances.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Map.copyOf(entry.getValue())));
        followers = Map.copyOf(followers);
        clusters = Map.copyOf(clusters);
    }

    /** Everybody goes the direct way. */
    public static Detours none() {
        return new Detours(Map.of(), Map.of(), Map.of());
    }
}
