/**
 * Nodes, their roles and health, and the immutable {@link org.holdfast.topology.Topology} of one instant. Pure: it sees the
 * JDK alone and asks nobody. Everything here is immutable but {@link org.holdfast.topology.CurrentTopology}, which is
 * thread-safe; only {@code health} publishes to it.
 */
@NullMarked
package org.holdfast.topology;

import org.jspecify.annotations.NullMarked;
