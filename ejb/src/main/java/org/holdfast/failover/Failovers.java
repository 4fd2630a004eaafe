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
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeFailed;
import org.holdfast.topology.Topology;

/** Switches of the writer that an operator asks for. Thread-safe. */
@ApplicationScoped
public class Failovers {
    /** A switch whose old epoch is open after this long was taken back, or never began. */
    static final Duration DUE_AFTER = Duration.ofSeconds(5);

    private static final Duration LAG_MAX = Duration.ofSeconds(10);

    @Inject
    CurrentTopology current;

    @Inject
    Heads heads;

    @Inject
    LostWriter lostWriter;

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
        requireSafe(now, target);
        Head writer = heads.of(now.writer()).orElseThrow();
        if (now.primary().filter(Node::isUsable).isPresent()) {
            close(writer, now.epoch());
        } else {
            lostWriter.confirm(now.epoch());
        }
        Properties parameters = new Properties();
        parameters.setProperty("epoch", Long.toString(now.epoch() + 1));
        return BatchRuntime.getJobOperator().start("switch", parameters);
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

    private void requireSafe(Topology now, Cluster target) {
        Head next = heads.of(target)
                .filter(head -> heads.areTwo())
                .orElseThrow(() -> refused("there is no " + target + " cluster to switch to"));
        if (now.newest().isEmpty() || !now.isOpen()) {
            throw refused("a switch is under way");
        }
        if (now.writer() == target) {
            throw refused("the " + target + " cluster takes the writes already");
        }
        Node head = now.head(target).orElseThrow();
        if (!head.isUp()) {
            throw refused(next.node() + " is " + head.state());
        }
        if (head.applied().isEmpty()) {
            throw refused(next.node() + " does not follow the writer with every table");
        }
        if (now.primary().filter(Node::isUsable).isPresent()
                && head.lag().filter(lag -> lag.compareTo(LAG_MAX) <= 0).isEmpty()) {
            throw refused(next.node() + " is "
                    + head.lag().map(lag -> lag.toSeconds() + " s behind").orElse("behind, nobody knows how far"));
        }
    }

    private static RefusedException refused(String why) {
        return new RefusedException(ErrorCategory.CONFLICT, "not switched: " + why);
    }
}
