package org.holdfast.failover;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the writer is chosen.
 *
 * @param instance the name of this instance, one of {@code members}
 * @param members every instance of the application, the same list everywhere
 * @param automatic whether a lost writer is replaced without an operator
 * @param ttl how long a vote lets a head take writes
 * @param silence how long a writer that neither answers nor refuses is waited for
 * @param memory where this instance keeps its promise over a restart; without it a restarted instance needs the other
 *     head's word before it votes
 */
public record FailoverConfig(
        String instance,
        List<String> members,
        boolean automatic,
        Duration ttl,
        Duration silence,
        Optional<Path> memory) {
    public FailoverConfig {
        members = List.copyOf(members);
        if (!members.contains(instance)) {
            throw new IllegalArgumentException("configuration holdfast.failover.instances: " + members
                    + " does not contain this instance, " + instance + " (holdfast.instance)");
        }
        if (members.stream().distinct().count() < members.size()) {
            throw new IllegalArgumentException(
                    "configuration holdfast.failover.instances: " + members + " names an instance twice");
        }
    }

    /** After this long an instance's last vote is dead on any head whose clock runs at most 5 % slower than ours. */
    Duration voteLife() {
        return ttl.plus(ttl.dividedBy(20)).plusMillis(1);
    }
}
