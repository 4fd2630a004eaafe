package org.holdfast.launcher;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How the application learns where its nodes are; in production the same variables are set by the operator. */
final class ApplicationEnvironment {
    static final String ROLE = "application";

    private ApplicationEnvironment() {}

    /** @param local the launcher's own environment, which tells the sites of the instances */
    static Map<String, String> of(TopologyContext context, int instance, int instances, Map<String, String> local) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("HOLDFAST_PROFILE", "development");
        variables.put("HOLDFAST_INSTANCE", "app" + instance);
        variables.put(
                "HOLDFAST_FAILOVER_INSTANCES",
                IntStream.rangeClosed(1, instances).mapToObj(n -> "app" + n).collect(Collectors.joining(",")));
        variables.put(
                "HOLDFAST_FAILOVER_MEMORY",
                context.home().node("app" + instance).resolve("promise").toString());
        variables.put("HOLDFAST_DATABASE", PostgresAccess.DATABASE);
        variables.put("HOLDFAST_TLS_CA", context.certificates().authority().toString());
        variables.put("HOLDFAST_TOPOLOGY_PRIMARY", labels(NodeName.PRIMARY, NodeName.REPLICA1, NodeName.REPLICA2));
        variables.put("HOLDFAST_TOPOLOGY_FAILOVER", labels(NodeName.FAILOVER, NodeName.FAILOVER_REPLICA1));
        for (NodeName node : NodeName.postgres()) {
            String prefix = "HOLDFAST_" + node.environmentName();
            variables.put(prefix + "_HOST", "localhost");
            variables.put(prefix + "_PORT", Integer.toString(port(context, instance, node)));
        }
        // By the way of the clusters, which need not be the application's.
        for (NodeName head : List.of(NodeName.PRIMARY, NodeName.FAILOVER)) {
            variables.put(
                    "HOLDFAST_REPLICATION_" + head.environmentName(),
                    context.access().replicationTarget(head) + " dbname=" + PostgresAccess.DATABASE);
        }
        Path own = context.home().node("app" + instance);
        variables.put("HOLDFAST_REDIS_SITE", RedisSite.of(local, instance).label());
        variables.put("HOLDFAST_REDIS_CONFIG", RedissonFile.in(own).toString());
        if (RedisSite.areTwo(local, instances)) {
            variables.put(
                    "HOLDFAST_REDIS_OTHER_SITE_CONFIG",
                    RedissonFile.ofOtherSite(own).toString());
        }
        // A server without the application would call itself ready: no check, nothing to fail.
        variables.put("MP_HEALTH_DEFAULT_READINESS_EMPTY_RESPONSE", "DOWN");
        addSecrets(context, variables);
        return variables;
    }

    private static void addSecrets(TopologyContext context, Map<String, String> variables) {
        Secrets secrets = context.secrets();
        for (String key : List.of("APP_PASSWORD", "OWNER_PASSWORD", "PROBE_PASSWORD", "REPLICATION_PASSWORD")) {
            variables.put("HOLDFAST_" + key, secrets.get(key));
        }
        for (String key : List.of("ADMIN_USER", "ADMIN_PASSWORD", "AGENT_USER", "AGENT_PASSWORD")) {
            variables.put("HOLDFAST_SECURITY_" + key, secrets.get(key));
        }
        variables.put(
                "HOLDFAST_SECURITY_SIGNING_KEY",
                context.signingKeys().privateKey().toString());
        variables.put(
                "HOLDFAST_AUDIT_SIGNING_KEY",
                context.signingKeys().auditPrivateKey().toString());
        variables.put(
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                "file:" + context.signingKeys().publicKey());
    }

    private static String labels(NodeName... nodes) {
        return String.join(",", List.of(nodes).stream().map(NodeName::label).toList());
    }

    private static int port(TopologyContext context, int instance, NodeName node) {
        return context.detours()
                .instances()
                .getOrDefault(instance, Map.of())
                .getOrDefault(node, context.ports().of(node));
    }
}
