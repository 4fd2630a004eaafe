package org.holdfast.topology;

/** A request's work failed on a node in a way that may mean the node is in trouble. */
public record NodeFailed(NodeId node) {}
