package org.holdfast.connection;

import java.time.Duration;

/**
 * How sessions get to a node.
 *
 * @param poolSize connections of a node's pool, as the server was told when the pool was made
 * @param queueMax sessions that may wait for one of them; those beyond are turned away at once
 * @param waitWarn a longer wait for a connection is told in the log
 * @param replicaWait how long a read waits for a replica to replay what it must show, before the primary serves it
 */
public record GateConfig(int poolSize, int queueMax, Duration waitWarn, Duration replicaWait, BreakerConfig breaker) {
    int sessionsMax() {
        return poolSize + queueMax;
    }
}
