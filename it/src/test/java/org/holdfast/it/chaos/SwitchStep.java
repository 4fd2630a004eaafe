package org.holdfast.it.chaos;

import java.util.Arrays;
import java.util.List;

/**
 * A step of a change of the writer in which the application can be made to stand. Each is reached by one hold after the
 * other: a hold takes a lock that the step needs, and is let go only when the application stands in the next one.
 */
enum SwitchStep {
    /** It asks for the record that the epoch is closing. */
    CLOSING(Change.PLANNED, Hold.OLD_LEASE),
    /** No statement writes any more; transactions that began before are waited for. */
    WAITING_FOR_TRANSACTIONS(Change.PLANNED, Hold.OLD_TRANSACTION),
    /** The last mark of the old head is on its way to the next one. */
    CATCHING_UP(Change.PLANNED, Hold.NEXT_HEARTBEATS),
    /** It asks for the record that the epoch has ended. */
    ENDING(Change.PLANNED, Hold.NEXT_HEARTBEATS, Hold.OLD_LEASE),
    /** The epoch has ended; the next head stops to follow. */
    UNSUBSCRIBING(Change.PLANNED, Hold.NEXT_SUBSCRIPTIONS),
    /** The next head follows nobody, and has nothing yet from which it could be followed. */
    MAKING_THE_SLOT(Change.PLANNED, Hold.NEXT_TRANSACTION),
    /** The old head is to follow the next one. */
    SUBSCRIBING(Change.PLANNED, Hold.OLD_SUBSCRIPTIONS),
    /** Everything is ready but the epoch. */
    OPENING(Change.PLANNED, Hold.NEXT_LEASE),
    /** The next epoch has just been opened, and nobody holds its lease. */
    OPENED(Change.PLANNED, Hold.UNTIL_OPEN),

    /** The writer is given up; the vote for the next epoch is being sent. */
    VOTING(Change.TAKEOVER, Hold.NEXT_LEASE),
    /** The epoch is claimed; what was received is being applied. */
    DRAINING(Change.TAKEOVER, Hold.NEXT_SUBSCRIPTIONS),
    /** Everything is ready but the epoch. */
    TAKING(Change.TAKEOVER, Hold.NEXT_SUBSCRIPTIONS, Hold.NEXT_LEASE),
    /** The next epoch has just been opened, and nobody holds its lease. */
    TAKEN(Change.TAKEOVER, Hold.UNTIL_OPEN),

    /** The returned head is to be told of the epochs that it missed. */
    FENCING(Change.REJOIN, Hold.OLD_LEASE),
    /** What only it had is saved; its tables are to be emptied. */
    EMPTYING(Change.REJOIN, Hold.OLD_AGENTS),
    /** It is empty, and there is nothing yet that it could follow. */
    MAKING_THE_SLOT_ANEW(Change.REJOIN, Hold.NEXT_TRANSACTION),
    /** It is empty and follows nobody. */
    SUBSCRIBING_ANEW(Change.REJOIN, Hold.OLD_SUBSCRIPTIONS),
    /** Its first tables are being copied. */
    COPYING(Change.REJOIN, Hold.OLD_SUBSCRIPTIONS, Hold.NEXT_TRANSACTION);

    /** How the writer changes. */
    enum Change {
        PLANNED,
        TAKEOVER,
        REJOIN
    }

    /** A head by its part in the change; in a rejoin the next one takes the writes already. */
    enum Side {
        OLD,
        NEXT
    }

    /** A lock on one head, and how to know that the application stands before it. */
    enum Hold {
        // Shared: renewals of the lease go on, only who wants to change an epoch waits.
        OLD_LEASE(Side.OLD, "select pg_advisory_xact_lock_shared(hashtext('holdfast.lease'))"),
        NEXT_LEASE(Side.NEXT, "select pg_advisory_xact_lock_shared(hashtext('holdfast.lease'))"),
        OLD_SUBSCRIPTIONS(Side.OLD, "lock table pg_catalog.pg_subscription in share mode"),
        NEXT_SUBSCRIPTIONS(Side.NEXT, "lock table pg_catalog.pg_subscription in share mode"),
        OLD_AGENTS(Side.OLD, "lock table memory.agent in access share mode"),
        NEXT_HEARTBEATS(Side.NEXT, "lock table ops.heartbeat in share mode"),
        /** A new slot waits for every transaction that may write. */
        NEXT_TRANSACTION(Side.NEXT, "select pg_current_xact_id()"),
        /** No lock is waited for here: the application asks again and again. */
        OLD_TRANSACTION(Side.OLD, "select pg_current_xact_id()", """
                select exists (select from pg_stat_activity
                    where query like 'select pg_snapshot_xmin(%' and query_start > now())
                """),
        UNTIL_OPEN(Side.NEXT, "select", """
                select state = 'open' and switched_at > now() from ops.cluster_switch order by epoch desc limit 1
                """);

        private final Side side;
        private final String lock;
        private final String arrival;

        Hold(Side side, String lock) {
            this(side, lock, """
                    select exists (select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid)))
                    """);
        }

        Hold(Side side, String lock, String arrival) {
            this.side = side;
            this.lock = lock;
            this.arrival = arrival;
        }

        Side side() {
            return side;
        }

        /** One statement; what it takes is let go at the end of its transaction. */
        String lock() {
            return lock;
        }

        /** A question with one truth value, for the same connection. */
        String arrival() {
            return arrival;
        }
    }

    private final Change change;
    private final Hold first;
    private final Hold last;

    SwitchStep(Change change, Hold only) {
        this(change, only, only);
    }

    SwitchStep(Change change, Hold first, Hold last) {
        this.change = change;
        this.first = first;
        this.last = last;
    }

    List<Hold> holds() {
        return first.equals(last) ? List.of(last) : List.of(first, last);
    }

    static List<SwitchStep> of(Change change) {
        return Arrays.stream(values()).filter(step -> step.change == change).toList();
    }
}
