package org.holdfast.connection;

import org.holdfast.topology.NodeId;

/** The server could not roll back the transaction of a session. What to do: {@code docs/runbooks/rollback-failed.md}. */
public record RollbackFailed(NodeId node, AccessIntent intent, Exception cause) {}
