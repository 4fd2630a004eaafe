package org.holdfast.failover;

import jakarta.batch.runtime.BatchRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.EpochState;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeFailed;
import org.holdfast.topology.Topology;

/** Switches of the writer that an operator asks for. Thread-safe. */
@ApplicationScoped
public class Failovers {
    /** A switch whose old epoch is open after this long was taken back, or never began. */
    static final Duration DUE_AFTER = Duration.ofSeconds(5);

    @Inject
    CurrentTopology current;

    @Inject
    Heads heads;

    @Inject
    Event<NodeFailed> askNode;

    /**
     * Lets a cluster take the writes: planned while the present writer lives, else as if it had been found lost.
     *
     * @return the execution of the job {@code switch} that follows it
     * @throws RefusedException (conflict) when it would not be safe, or is so already
     * @throws NothingHappenedException (connection) when the present writer could not be told
     */
    public long request(Cluster target) {
        Topology now = current.get();
        boolean isLost = now.primary().filter(Node::isUsable).isEmpty();
        Head next = requireSafe(now, target, isLost);
        if (isLost) {
            confirmLoss(next, now.epoch());
        } else {
            close(heads.of(now.writer()).orElseThrow(), now.epoch());
        }
        Properties parameters = new Properties();
        parameters.setProperty("epoch", Long.toString(now.epoch() + 1));
        return BatchRuntime.getJobOperator().start("switch", parameters);
    }

    private static void confirmLoss(Head next, long epoch) {
        try {
            next.epochs().confirmLoss(epoch).ifPresent(missing -> {
                throw refused(next.node() + " cannot take over: " + missing);
            });
        } catch (SQLException failure) {
            throw new NothingHappenedException(
                    ErrorCategory.CONNECTION, next.node() + " could not be told that the writer is lost", failure);
        }
    }

    private void close(Head writer, long epoch) {
        try {
            if (!writer.epochs().close(epoch)) {
                throw refused("epoch " + epoch + " is not open on " + writer.node() + " any more");
            }
            askNode.fireAsync(new NodeFailed(writer.node()));
        } catch (SQLException failure) {
            throw new NothingHappenedException(
                    ErrorCategory.CONNECTION, "the present writer could not be told", failure);
        }
    }

    private Head requireSafe(Topology now, Cluster target, boolean isLost) {
        Head next = heads.of(target)
                .filter(head -> heads.areTwo())
                .orElseThrow(() -> refused("there is no " + target + " cluster to switch to"));
        // A writer may also be lost while it is handing over; once the next epoch is claimed it opens by itself.
        if (now.newest()
                .filter(epoch -> epoch.state() == EpochState.open || (isLost && epoch.state() != EpochState.claimed))
                .isEmpty()) {
            throw refused("a switch is under way");
        }
        if (now.writer() == target) {
            throw refused("the " + target + " cluster takes the writes already");
        }
        Node head = now.head(target).orElseThrow();
        if (!head.isUp()) {
            throw refused(next.node() + " is " + head.state());
        }
        if (!isLost) {
            requireClose(head);
        }
        return next;
    }

    private static void requireClose(Node head) {
        if (head.applied().isEmpty()) {
            throw refused(head.id() + " does not follow the writer with every table");
        }
        // With more it could not catch up while nobody writes, and the switch would be taken back.
        if (head.lag()
                .filter(lag -> lag.compareTo(PlannedSwitch.CATCH_UP_MAX) <= 0)
                .isEmpty()) {
            throw refused(head.id() + " is "
                    + head.lag().map(lag -> lag.toMillis() + " ms behind").orElse("behind, nobody knows how far"));
        }
    }

    private static RefusedException refused(String why) {
        return new RefusedException(ErrorCategory.CONFLICT, "not switched: " + why);
    }
}
