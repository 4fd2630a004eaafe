package org.holdfast.health;

import java.time.Duration;

/**
 * How nodes are watched.
 *
 * @param probeInterval between two light probes of a node
 * @param probeTimeout a probe that took longer has failed
 * @param deepInterval between two deep checks of a node
 * @param rise probes in a row that a node which was down must answer to be up
 * @param fall probes in a row that a node must miss to be down
 */
public record HealthConfig(Duration probeInterval, Duration probeTimeout, Duration deepInterval, int rise, int fall) {}
