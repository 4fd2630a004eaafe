package org.holdfast.failover;

import java.util.Arrays;

/**
 * One state of the two heads, the instances, and the messages between them, in 128 bits. Every time is a remaining time or
 * an age, so that states which differ only by when they happen are one.
 */
final class ProtocolState {
    static final int A = 0;
    static final int B = 1;

    /** Phases of the newest epoch that a head has a row of. */
    static final int NONE = 0;

    static final int CLAIMED = 1;
    static final int RECORDED = 2;
    static final int OPEN = 3;
    static final int CLOSING = 4;
    static final int ENDED = 5;

    /** Of a message or of a turn that an instance holds. */
    static final int CURRENT = 1;

    static final int STALE = 2;

    /** Of the one client transaction that each head may have. */
    static final int BEGUN = 1;

    static final int CHECKED = 2;

    /** What a head keeps. */
    enum Head {
        EPOCH(0, 3),
        PHASE(3, 3),
        /** 1 while the other head has not applied everything. */
        LAG(6, 1),
        TRANSACTION(7, 2),
        /** 1 when the transaction began in an earlier epoch. */
        BEGUN_EARLIER(9, 1),
        /** The message that the closing epoch can end. */
        END_MESSAGE(10, 2),
        /** 1 while the head has every table of the other one, and receives what comes. */
        FOLLOWS(12, 1);

        private final int shift;
        private final int mask;

        Head(int shift, int width) {
            this.shift = shift;
            this.mask = (1 << width) - 1;
        }
    }

    /** What an instance keeps. */
    enum Instance {
        KNOWN_EPOCH(0, 3),
        /** 1 when it may have voted for the epoch after the known one. */
        VOTED(3, 1),
        NEEDS_WORD(4, 1),
        /** The turn that the other head gave it; 0 without. */
        TURN(5, 2),
        /** Age of the newest ticket; {@code ttl + MARGIN} and more is none. */
        TICKET(7, 3),
        /** How long its last vote may live. */
        MAY_LIVE(10, 3);

        private final int shift;
        private final int mask;

        Instance(int shift, int width) {
            this.shift = shift;
            this.mask = (1 << width) - 1;
        }
    }

    /** What there is between an instance and a head. */
    enum Pair {
        /** A renewal on its way: 1 + age of its ticket; 0 is none. */
        RENEWAL(13, 3),
        VOTE_MESSAGE(16, 2),
        /** How long the head still counts the instance's vote. */
        VOTE(18, 3),
        CLAIM_VOTE(21, 1);

        private static final int SPAN = 9;
        private final int shift;
        private final int mask;

        Pair(int shift, int width) {
            this.shift = shift;
            this.mask = (1 << width) - 1;
        }
    }

    private static final int HEAD_SPAN = 13;
    private static final int CRASHES = 26;
    private static final int RESTARTS = 28;

    private final int[] words;

    private ProtocolState(int[] words) {
        this.words = words;
    }

    /** Epoch 1 is open on head A, nobody has voted yet, and head B follows. */
    static ProtocolState first(Bounds bounds) {
        ProtocolState state = new ProtocolState(new int[bounds.instances() + 1]);
        state.set(A, Head.EPOCH, 1);
        state.set(A, Head.PHASE, OPEN);
        state.set(B, Head.FOLLOWS, 1);
        for (int i = 0; i < bounds.instances(); i++) {
            state.set(i, Instance.KNOWN_EPOCH, 1);
            state.set(i, Instance.TICKET, bounds.ttl() + Bounds.MARGIN);
        }
        return state;
    }

    static ProtocolState unpacked(long high, long low, int instances) {
        int[] words = {(int) (high >>> 32), (int) high, (int) (low >>> 32), (int) low};
        return new ProtocolState(Arrays.copyOf(words, instances + 1));
    }

    ProtocolState copy() {
        return new ProtocolState(words.clone());
    }

    /** Instances are alike, so that states which differ only by their order may count as one. */
    ProtocolState sorted() {
        int[] sorted = words.clone();
        Arrays.sort(sorted, 1, sorted.length);
        return new ProtocolState(sorted);
    }

    long high() {
        return ((long) words[0] << 32) | (words[1] & 0xffff_ffffL);
    }

    long low() {
        return words.length < 3 ? 0 : ((long) words[2] << 32) | (words.length < 4 ? 0 : words[3] & 0xffff_ffffL);
    }

    int instances() {
        return words.length - 1;
    }

    int get(int head, Head cell) {
        return words[0] >>> (cell.shift + head * HEAD_SPAN) & cell.mask;
    }

    void set(int head, Head cell, int value) {
        put(0, cell.shift + head * HEAD_SPAN, cell.mask, value);
    }

    int get(int instance, Instance cell) {
        return words[instance + 1] >>> cell.shift & cell.mask;
    }

    void set(int instance, Instance cell, int value) {
        put(instance + 1, cell.shift, cell.mask, value);
    }

    int get(int instance, int head, Pair cell) {
        return words[instance + 1] >>> (cell.shift + head * Pair.SPAN) & cell.mask;
    }

    void set(int instance, int head, Pair cell, int value) {
        put(instance + 1, cell.shift + head * Pair.SPAN, cell.mask, value);
    }

    int crashes() {
        return words[0] >>> CRASHES & 3;
    }

    void countCrash() {
        words[0] += 1 << CRASHES;
    }

    int restarts() {
        return words[0] >>> RESTARTS & 3;
    }

    void countRestart() {
        words[0] += 1 << RESTARTS;
    }

    private void put(int word, int shift, int mask, int value) {
        if ((value & ~mask) != 0) {
            throw new IllegalArgumentException(value + " does not fit into mask " + mask);
        }
        words[word] = (words[word] & ~(mask << shift)) | (value << shift);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int head = A; head <= B; head++) {
            text.append(head == A ? "A" : "; B").append(" epoch ").append(get(head, Head.EPOCH));
            text.append(' ')
                    .append(new String[] {"-", "claimed", "recorded", "open", "closing", "ended"}
                            [get(head, Head.PHASE)]);
            text.append(" votes");
            for (int i = 0; i < instances(); i++) {
                text.append(' ').append(get(i, head, Pair.VOTE));
                text.append(get(i, head, Pair.CLAIM_VOTE) == 1 ? "+claim" : "");
            }
        }
        return text.toString();
    }
}
