package org.holdfast.it.chaos;

import java.util.List;

/**
 * One call of a client and what became of it.
 *
 * @param beganNanos before the request was sent, by {@link System#nanoTime()}
 * @param endedNanos after the answer had come, or the client had given up
 */
record Operation(Call call, long beganNanos, long endedNanos, Result result) {
    /** The session of the reads that end a run. */
    static final int FINAL_SESSION = -1;

    enum Kind {
        /** Sets a register. */
        WRITE,
        /** Reads a register. */
        READ,
        /** Adds to a list. */
        APPEND,
        /** Reads a whole list. */
        LIST;

        boolean changes() {
            return this == WRITE || this == APPEND;
        }
    }

    /** What a read is asked to see. */
    enum Asked {
        /** A write; it asks for nothing. */
        NOTHING,
        EVENTUAL,
        /** The session's own writes, of which the server knows. */
        SESSION,
        /** The session's own writes, of which the client's token tells. */
        TOKEN,
        STRONG;

        /** Whether the session may rely on what it has seen and written before. */
        boolean keepsTheSession() {
            return this == SESSION || this == TOKEN || this == STRONG;
        }
    }

    enum Outcome {
        OK,
        /** Nothing happened; it may be done again. */
        FAILED,
        /** It may have happened, or may happen yet. */
        IN_DOUBT,
        /** Refused because the token's write was lost in a failover: the session knows. */
        TOLD,
        /** An answer that the contract does not allow; it may have happened. */
        UNEXPECTED
    }

    /**
     * What was asked.
     *
     * @param session numbers one caller's operations that follow each other and belong together
     * @param value what is written or added; empty for reads
     * @param stay counts the instances of the application that the session has been with; one that was killed and started
     *     again is another one
     */
    record Call(int session, Kind kind, String key, String value, Asked asked, int stay) {
        /** Of a session that stays with one instance. */
        Call(int session, Kind kind, String key, String value, Asked asked) {
            this(session, kind, key, value, asked, 0);
        }
    }

    /** Where it ran; no node and epoch 0 when that is not known. */
    record Place(String node, long epoch) {
        static final Place UNKNOWN = new Place("", 0);
    }

    /**
     * What came of it.
     *
     * @param seen what a read found: one value, or the entries of a list
     * @param version the register's version that was written or read; -1 when there is none
     * @param reached the durability that the answer names; empty for reads
     * @param note for people: the status, or why there is none
     */
    record Result(Outcome outcome, List<String> seen, long version, Place place, String reached, String note) {
        static final long NO_VERSION = -1;

        Result {
            seen = List.copyOf(seen);
        }

        static Result without(Outcome outcome, String note) {
            return new Result(outcome, List.of(), NO_VERSION, Place.UNKNOWN, "", note);
        }
    }

    boolean isOk() {
        return result.outcome() == Outcome.OK;
    }

    /** Whether it changes something and may have done so, now or later, although nobody said that it did. */
    boolean mayHaveHappened() {
        return result.outcome() == Outcome.IN_DOUBT || result.outcome() == Outcome.UNEXPECTED;
    }

    /** The same where the application was not there to keep the contract: an answer outside it is no answer. */
    Operation fromNoApplication() {
        if (result.outcome() != Outcome.UNEXPECTED) {
            return this;
        }
        Outcome outcome = call.kind().changes() ? Outcome.IN_DOUBT : Outcome.FAILED;
        return new Operation(call, beganNanos, endedNanos, Result.without(outcome, result.note()));
    }

    boolean is(Kind kind) {
        return call.kind() == kind;
    }

    boolean isFinal() {
        return call.session() == FINAL_SESSION;
    }
}
