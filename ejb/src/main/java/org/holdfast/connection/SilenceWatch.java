package org.holdfast.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.holdfast.topology.NodeId;

/**
 * Finds nodes that hold readers up without a word, long before probes call them down. A read that takes long says nothing of
 * itself, and on a machine under load neither does a ping; but a node that does not answer while another one does is silent.
 * Moments are of {@link System#nanoTime()}. Thread-safe.
 */
final class SilenceWatch {
    // A beat that came late was late because this process stood still: that is no silence of a node.
    private static final int BEATS_LATE = 3;

    private static final class Watched {
        boolean isPinged;
        long pingedNanos;
        long answeredNanos;
        volatile boolean isSilent;
    }

    private final Duration patience;
    private final Map<NodeId, Watched> nodes = new LinkedHashMap<>();
    private long lastBeatNanos;

    /**
     * A watch over nodes that all answered just now.
     *
     * @param patience how long a ping may take
     */
    SilenceWatch(List<NodeId> nodes, Duration patience, long nanos) {
        this.patience = patience;
        this.lastBeatNanos = nanos;
        for (NodeId node : nodes) {
            Watched watched = new Watched();
            watched.answeredNanos = nanos;
            this.nodes.put(node, watched);
        }
    }

    boolean isSilent(NodeId node) {
        Watched watched = nodes.get(node);
        return watched != null && watched.isSilent;
    }

    Set<NodeId> silent() {
        return nodes.keySet().stream().filter(this::isSilent).collect(Collectors.toSet());
    }

    /**
     * The nodes to ping now: all of them when a reader waits for one, because whole clusters go silent at once, and those
     * that were silent.
     *
     * @param hasWaitingReader whether a read has been under way for longer than most are
     * @param beat the time between two calls
     */
    synchronized List<NodeId> toPing(boolean hasWaitingReader, Duration beat, long nanos) {
        boolean isLate = nanos - lastBeatNanos > BEATS_LATE * beat.toNanos();
        lastBeatNanos = nanos;
        List<NodeId> due = new ArrayList<>();
        nodes.forEach((node, watched) -> {
            if (watched.isPinged) {
                watched.pingedNanos = isLate ? nanos : watched.pingedNanos;
            } else if (watched.isSilent
                    || (hasWaitingReader && nanos - watched.answeredNanos >= patience.toNanos() / 2)) {
                watched.isPinged = true;
                watched.pingedNanos = nanos;
                due.add(node);
            }
        });
        return due;
    }

    /** A ping leaves only now: what it waited for in this process is no silence of its node. */
    synchronized void leaves(NodeId node, long nanos) {
        Watched watched = nodes.get(node);
        if (watched != null) {
            watched.pingedNanos = nanos;
        }
    }

    /** The nodes that have become silent since the last call. */
    synchronized List<NodeId> newlySilent(long nanos) {
        List<NodeId> found = new ArrayList<>();
        nodes.forEach((node, watched) -> {
            if (watched.isPinged
                    && !watched.isSilent
                    && nanos - watched.pingedNanos >= patience.toNanos()
                    && hasAnotherAnsweredSince(watched.pingedNanos)) {
                watched.isSilent = true;
                found.add(node);
            }
        });
        return found;
    }

    // While nobody answers there is nowhere else to read from, and the fault may well be on this side.
    private boolean hasAnotherAnsweredSince(long nanos) {
        return nodes.values().stream().anyMatch(other -> other.answeredNanos - nanos > 0);
    }

    /**
     * A ping came to its end.
     *
     * @param isAnswer whether the node answered or refused it; a time-out is none
     * @return whether the node was silent, and is not any more
     */
    synchronized boolean ended(NodeId node, boolean isAnswer, long nanos) {
        Watched watched = nodes.get(node);
        if (watched == null) {
            return false;
        }
        watched.isPinged = false;
        if (!isAnswer) {
            return false;
        }
        boolean wasSilent = watched.isSilent;
        watched.isSilent = false;
        watched.answeredNanos = nanos;
        return wasSilent;
    }
}
