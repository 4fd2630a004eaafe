package org.holdfast.it.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.holdfast.launcher.Detours;
import org.holdfast.launcher.NodeName;
import org.holdfast.launcher.Ports;

/** The connections of a topology that can be hurt: one proxy for each. Empty where everybody goes the direct way. */
final class Links implements AutoCloseable {
    private static final Map<NodeName, NodeName> UPSTREAMS = Map.of(
            NodeName.REPLICA1, NodeName.PRIMARY,
            NodeName.REPLICA2, NodeName.PRIMARY,
            NodeName.FAILOVER_REPLICA1, NodeName.FAILOVER);

    private final Map<Integer, Map<NodeName, TcpProxy>> instances = new TreeMap<>();
    private final Map<NodeName, TcpProxy> followers = new EnumMap<>(NodeName.class);
    private final Map<NodeName, TcpProxy> clusters = new EnumMap<>(NodeName.class);

    private Links() {}

    static Links none() {
        return new Links();
    }

    /** Each instance of the application has its own way to each node. */
    static Links through(Ports ports, int instances) {
        Set<Integer> taken = taken(ports, instances);
        Links links = new Links();
        for (int instance = 1; instance <= instances; instance++) {
            Map<NodeName, TcpProxy> ways = new EnumMap<>(NodeName.class);
            Cluster.nodes().forEach(node -> ways.put(node, proxy(ports.of(node), taken)));
            links.instances.put(instance, ways);
        }
        UPSTREAMS.forEach((follower, upstream) -> links.followers.put(follower, proxy(ports.of(upstream), taken)));
        for (NodeName head : List.of(NodeName.PRIMARY, NodeName.FAILOVER)) {
            links.clusters.put(head, proxy(ports.of(head), taken));
        }
        return links;
    }

    private static Set<Integer> taken(Ports ports, int instances) {
        Set<Integer> taken = new HashSet<>();
        for (NodeName node : NodeName.values()) {
            taken.add(ports.of(node));
        }
        for (int instance = 1; instance <= instances; instance++) {
            taken.add(ports.http(instance));
            taken.add(ports.admin(instance));
        }
        return taken;
    }

    // Nobody listens on the topology's own ports yet: the system may give out one of them.
    private static TcpProxy proxy(int port, Set<Integer> taken) {
        List<TcpProxy> refused = new ArrayList<>();
        TcpProxy proxy = TcpProxy.to(port);
        while (taken.contains(proxy.port())) {
            refused.add(proxy);
            proxy = TcpProxy.to(port);
        }
        refused.forEach(TcpProxy::close);
        return proxy;
    }

    Detours detours() {
        Map<Integer, Map<NodeName, Integer>> ways = new TreeMap<>();
        instances.forEach((instance, links) -> ways.put(instance, ports(links)));
        return new Detours(ways, ports(followers), ports(clusters));
    }

    boolean isEmpty() {
        return instances.isEmpty();
    }

    /** Between every instance of the application and these nodes. */
    List<TcpProxy> application(List<NodeName> nodes) {
        return instances.keySet().stream()
                .flatMap(instance -> instance(instance, nodes).stream())
                .toList();
    }

    /** Between one instance, by its number, and these nodes. */
    List<TcpProxy> instance(int number, List<NodeName> nodes) {
        Map<NodeName, TcpProxy> ways = instances.getOrDefault(number, Map.of());
        return nodes.stream().map(ways::get).filter(Objects::nonNull).toList();
    }

    /** Between these replicas and what they follow. */
    List<TcpProxy> followers(List<NodeName> replicas) {
        return replicas.stream().map(followers::get).toList();
    }

    /** Between the two clusters, in both directions. */
    List<TcpProxy> clusters() {
        return List.copyOf(clusters.values());
    }

    void heal() {
        all().forEach(TcpProxy::heal);
    }

    @Override
    public void close() {
        all().forEach(TcpProxy::close);
    }

    private List<TcpProxy> all() {
        List<TcpProxy> all = new ArrayList<>();
        instances.values().forEach(ways -> all.addAll(ways.values()));
        all.addAll(followers.values());
        all.addAll(clusters.values());
        return all;
    }

    private static Map<NodeName, Integer> ports(Map<NodeName, TcpProxy> proxies) {
        Map<NodeName, Integer> ports = new EnumMap<>(NodeName.class);
        proxies.forEach((node, proxy) -> ports.put(node, proxy.port()));
        return ports;
    }
}
