package org.holdfast.launcher;

import java.util.Map;

/**
 * Ports of this machine through which nodes are reached instead of their own, so that a test can hurt the connections and
 * not only the servers. Who is not named here goes the direct way.
 *
 * @param application where the application finds a node
 * @param followers where a replica finds the node that it follows, by replica
 * @param clusters where the other cluster finds a head that it subscribes to, by head
 */
public record Detours(
        Map<NodeName, Integer> application, Map<NodeName, Integer> followers, Map<NodeName, Integer> clusters) {
    public Detours {
        application = Map.copyOf(application);
        followers = Map.copyOf(followers);
        clusters = Map.copyOf(clusters);
    }

    /** Everybody goes the direct way. */
    public static Detours none() {
        return new Detours(Map.of(), Map.of(), Map.of());
    }
}
