package org.holdfast.it.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.holdfast.launcher.Detours;
import org.holdfast.launcher.NodeName;
import org.holdfast.launcher.Ports;

/** The connections of a topology that can be hurt: one proxy for each. Empty where everybody goes the direct way. */
final class Links implements AutoCloseable {
    private static final Map<NodeName, NodeName> UPSTREAMS = Map.of(
            NodeName.REPLICA1, NodeName.PRIMARY,
            NodeName.REPLICA2, NodeName.PRIMARY,
            NodeName.FAILOVER_REPLICA1, NodeName.FAILOVER);

    private final Map<NodeName, TcpProxy> application = new EnumMap<>(NodeName.class);
    private final Map<NodeName, TcpProxy> followers = new EnumMap<>(NodeName.class);
    private final Map<NodeName, TcpProxy> clusters = new EnumMap<>(NodeName.class);

    private Links() {}

    static Links none() {
        return new Links();
    }

    static Links through(Ports ports) {
        Links links = new Links();
        for (NodeName node : Cluster.nodes()) {
            links.application.put(node, TcpProxy.to(ports.of(node)));
        }
        UPSTREAMS.forEach((follower, upstream) -> links.followers.put(follower, TcpProxy.to(ports.of(upstream))));
        for (NodeName head : List.of(NodeName.PRIMARY, NodeName.FAILOVER)) {
            links.clusters.put(head, TcpProxy.to(ports.of(head)));
        }
        return links;
    }

    Detours detours() {
        return new Detours(ports(application), ports(followers), ports(clusters));
    }

    boolean isEmpty() {
        return application.isEmpty();
    }

    /** Between the application and these nodes. */
    List<TcpProxy> application(List<NodeName> nodes) {
        return nodes.stream().map(application::get).toList();
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
        List<TcpProxy> all = new ArrayList<>(application.values());
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
