package org.holdfast.failover;

import java.util.Optional;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.EpochState;

/**
 * What a head answered to a renewal.
 *
 * @param ticket for the next renewal
 * @param epoch the newest epoch that the head knows
 * @param leaseUntil until when, by the head's clock, it takes writes; empty while the votes do not suffice or the epoch is
 *     another
 */
record Renewal(String ticket, long epoch, Cluster writer, EpochState state, Optional<String> leaseUntil) {}
