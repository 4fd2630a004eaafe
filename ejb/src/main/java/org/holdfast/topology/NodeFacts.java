package org.holdfast.topology;

/**
 * What the deep check last learned of a node.
 *
 * @param version PostgreSQL's version, such as {@code 15.18}
 * @param tls the TLS version of the probe's own connection, such as {@code TLSv1.3}; {@code off} without TLS
 * @param activeConnections client connections that were running a statement
 */
public record NodeFacts(String version, String tls, int activeConnections, NodeCounters counters) {}
