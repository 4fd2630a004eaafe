package org.holdfast.launcher;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The database and cache nodes of the local topology, with their default ports. */
public enum NodeName {
    PRIMARY("primary", Kind.POSTGRES, 15432),
    REPLICA1("replica1", Kind.POSTGRES, 15433),
    REPLICA2("replica2", Kind.POSTGRES, 15434),
    FAILOVER("failover", Kind.POSTGRES, 15442),
    FAILOVER_REPLICA1("failoverReplica1", Kind.POSTGRES, 15443),
    REDIS_A("redisA", Kind.REDIS, 16379),
    REDIS_B("redisB", Kind.REDIS, 16380);

    enum Kind {
        POSTGRES,
        REDIS
    }

    private final String label;
    private final Kind kind;
    private final int defaultPort;

    NodeName(String label, Kind kind, int defaultPort) {
        this.label = label;
        this.kind = kind;
        this.defaultPort = defaultPort;
    }

    /** The name users type and see, for example {@code failoverReplica1}. */
    public String label() {
        return label;
    }

    int defaultPort() {
        return defaultPort;
    }

    boolean isPostgres() {
        return kind == Kind.POSTGRES;
    }

    /** The node whose changes this one streams byte for byte; empty for the two that accept writes. */
    Optional<NodeName> upstream() {
        return switch (this) {
            case REPLICA1, REPLICA2 -> Optional.of(PRIMARY);
            case FAILOVER_REPLICA1 -> Optional.of(FAILOVER);
            case PRIMARY, FAILOVER, REDIS_A, REDIS_B -> Optional.empty();
        };
    }

    /** The replication slot a replica reads from; slot names allow lower case, digits and underscores only. */
    String slot() {
        return name().toLowerCase(Locale.ROOT);
    }

    String role() {
        if (kind == Kind.REDIS) {
            return "cache";
        }
        return switch (this) {
            case PRIMARY -> "primary";
            case FAILOVER -> "failover";
            case REPLICA1, REPLICA2, FAILOVER_REPLICA1, REDIS_A, REDIS_B -> "replica";
        };
    }

    /** The part of an environment variable that stands for this node, for example {@code FAILOVERREPLICA1}. */
    String environmentName() {
        return label.toUpperCase(Locale.ROOT);
    }

    static Optional<NodeName> find(String label) {
        return Arrays.stream(values()).filter(node -> node.label.equals(label)).findFirst();
    }

    static List<NodeName> postgres() {
        return Stream.of(values()).filter(NodeName::isPostgres).toList();
    }

    static List<NodeName> redis() {
        return Stream.of(values()).filter(node -> !node.isPostgres()).toList();
    }
}
