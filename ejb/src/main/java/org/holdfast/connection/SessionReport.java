package org.holdfast.connection;

import java.util.Optional;
import org.holdfast.topology.NodeId;

/**
 * Where a session ran.
 *
 * @param token how to read its writes back; only after a write
 * @param durability what was reached; only after a write
 */
public record SessionReport(
        NodeId node, long epoch, Optional<ConsistencyToken> token, Optional<Durability> durability) {}
