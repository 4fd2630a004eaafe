package org.holdfast.migration;

import org.holdfast.topology.Cluster;

/**
 * One version on one cluster.
 *
 * @param order from 1
 * @param version or the name of a repeatable file
 * @param outOfOrder whether a later version has been applied there already
 */
public record MigrationStep(
        int order, String version, String name, MigrationKind kind, Cluster cluster, String file, boolean outOfOrder) {}
