package org.holdfast.failover;

/** What may happen next. {@code %1$s} is the head, {@code %2$d} the instance. */
enum Step {
    TICK("time passes"),
    RENEWAL_SENT("instance %2$d sends a renewal to %1$s"),
    RENEWAL_ANSWERED("%1$s executes the renewal of instance %2$d, which receives the next ticket"),
    RENEWAL_ANSWER_LOST("%1$s executes the renewal of instance %2$d; the answer is lost"),
    VOTE_SENT("instance %2$d sends its vote for the next epoch to %1$s"),
    VOTE_EXECUTED("%1$s executes the vote of instance %2$d for its next epoch"),
    WORD_GIVEN("%1$s takes back what instance %2$d voted for, and gives it its word and a new turn"),
    WORD_LOST("%1$s takes back what instance %2$d voted for; the answer is lost"),
    EPOCH_LEARNED("instance %2$d learns from %1$s of its epoch"),
    CLAIMED_BY_VOTES("%1$s: the next epoch is claimed by votes"),
    CLAIMED_AFTER_END("%1$s: the next epoch is claimed without votes"),
    END_RECORDED("%1$s: drained, the end of the old epoch is recorded"),
    OPENED("%1$s: its epoch is opened"),
    CLOSED("%1$s: its epoch is closing"),
    ROLLED_BACK("%1$s: its epoch is rolled back to open"),
    END_SENT("%1$s: found that its epoch can end"),
    ENDED("%1$s: its epoch has ended"),
    BEGUN("%1$s: a client transaction begins"),
    ABORTED("%1$s: the client transaction is rolled back"),
    CHECKED("%1$s: the commit finds the lease valid"),
    COMMITTED("%1$s: the commit is accepted"),
    REFUSED("%1$s: the commit is refused"),
    FOLLOWED("%1$s: the old head, ended, follows without a copy"),
    REJOINED("%1$s: the old head was fenced, emptied and copied"),
    APPLIED("%1$s: the other head has applied everything"),
    HEAD_CRASHED("%1$s crashes and starts again"),
    RESTARTED_WITH_MEMORY("instance %2$d starts again with its memory"),
    RESTARTED_WITHOUT_MEMORY("instance %2$d starts again without memory");

    private final String text;

    Step(String text) {
        this.text = text;
    }

    String describe(int head, int instance) {
        return String.format(text, head == ProtocolState.A ? "A" : "B", instance + 1);
    }
}
