package org.holdfast.chain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads one tenant's chain from its beginning, or from its base, to its end, and names what is not as it was sealed. It keeps
 * a handful of entries at a time, and the sequences of erased ones.
 *
 * <p>What an entry says is checked against the hashes in it, and its place against the entry before it. A link that does
 * not hold is told of the entry that both its links do not hold of; where only one does not, of the later of the two, because
 * either may have been changed. After a finding the check goes on from what is stored, so that one change is told once. Not
 * thread-safe.
 */
public final class ChainVerifier {
    /** As many findings of a chain as are told: whoever changes more has changed everything. */
    public static final int FINDINGS_MAX = 1_000;

    private final UUID tenant;
    private final Map<String, AnchorKey> keys;
    private final Deque<Anchor> anchors = new ArrayDeque<>();
    private final AuditChain chain = new AuditChain();
    private final List<Broken> broken = new ArrayList<>();
    private final List<CheckedRecord> sameSequence = new ArrayList<>();
    private final Erasures erasures = new Erasures();
    private final Deque<BaseAnchor.Stray> strays = new ArrayDeque<>();
    private final long goneUpTo;

    private byte[] previousHash;
    private long previousSequence;
    private boolean isPreviousKnown = true;
    private boolean isPreviousSuspect;
    private @Nullable SealedRecord pending;
    private long verified;
    private long findings;

    /**
     * A verifier of a whole chain.
     *
     * @param anchors of the chain, ascending by sequence
     * @param keys by id, whose anchors count; when there are none signatures are not looked at
     */
    public ChainVerifier(UUID tenant, List<Anchor> anchors, Map<String, AnchorKey> keys) {
        this(tenant, anchors, keys, new Head(0, AuditChain.start()), Optional.empty());
    }

    /**
     * A verifier of the rest of a chain.
     *
     * @param after what is known to be good; its entry is not read
     * @param base where the chain begins, when its beginning was taken out
     */
    public ChainVerifier(
            UUID tenant, List<Anchor> anchors, Map<String, AnchorKey> keys, Head after, Optional<BaseAnchor> base) {
        this.tenant = tenant;
        this.keys = Map.copyOf(keys);
        this.goneUpTo = base.map(BaseAnchor::sequence).orElse(0L);
        Head start = base.filter(gone -> gone.sequence() >= after.sequence())
                .map(gone -> new Head(gone.sequence(), gone.hash()))
                .orElse(after);
        this.previousSequence = start.sequence();
        this.previousHash = start.hash();
        base.ifPresent(this::checkSignature);
        base.stream()
                .flatMap(gone -> gone.strays().stream())
                .filter(stray -> stray.sequence() > start.sequence())
                .forEach(strays::add);
        anchors.stream().filter(anchor -> anchor.sequence() >= start.sequence()).forEach(this.anchors::add);
        anchors.forEach(this::checkSignature);
        checkAnchors(start.sequence(), start.hash());
    }

    /**
     * The next entry, in the order of sequence; of entries with one sequence in any order.
     *
     * @throws IllegalArgumentException when the order is another one
     */
    public void accept(SealedRecord entry) {
        accept(CheckedRecord.of(entry, chain));
    }

    /** The same of an entry that was checked already, perhaps by another thread. */
    public void accept(CheckedRecord checked) {
        SealedRecord entry = checked.entry();
        long sequence = entry.seal().sequence();
        if (!sameSequence.isEmpty() && sequence != sequenceOfSame()) {
            place();
        }
        if (sequence <= goneUpTo) {
            verified++;
            tell(entry, "everything up to " + goneUpTo + " was detached: this one was put there");
            return;
        }
        if (sequence <= previousSequence) {
            throw new IllegalArgumentException("entry " + sequence + " came after " + previousSequence);
        }
        sameSequence.add(checked);
    }

    /** The end of the chain: {@code head} as the trail names it; empty when it names none. */
    public List<Broken> end(Optional<Head> head) {
        place();
        settle(Optional.empty());
        passStrays(Long.MAX_VALUE);
        checkEnd(head);
        erasures.unexplained().forEach(erased -> tell(erased, null, "it was emptied, and no erasure says so"));
        if (findings > broken.size()) {
            broken.add(new Broken(
                    tenant,
                    broken.get(broken.size() - 1).sequence(),
                    null,
                    (findings - broken.size()) + " more findings are not listed"));
        }
        return List.copyOf(broken);
    }

    /** How many entries were looked at so far. */
    public long verified() {
        return verified;
    }

    // --- places ----------------------------------------------------------------------------------------------------

    // All entries of one sequence are here: one of them is the one that was sealed there, at best.
    private void place() {
        if (sameSequence.isEmpty()) {
            return;
        }
        passStrays(sequenceOfSame());
        CheckedRecord genuine = sameSequence.size() == 1 ? sameSequence.get(0) : likeliest();
        for (CheckedRecord checked : sameSequence) {
            if (!checked.equals(genuine)) {
                verified++;
                SealedRecord entry = checked.entry();
                tell(
                        entry,
                        entry.record().id().equals(genuine.entry().record().id())
                                ? "it is there twice"
                                : "another entry has the same place: this one was put there");
            }
        }
        sameSequence.clear();
        next(genuine);
    }

    private long sequenceOfSame() {
        return sameSequence.get(0).entry().seal().sequence();
    }

    private CheckedRecord likeliest() {
        List<CheckedRecord> intact = sameSequence.stream()
                .filter(checked -> checked.wrong().isEmpty())
                .toList();
        return intact.stream()
                .filter(checked -> follows(checked.entry()))
                .findFirst()
                .or(() -> intact.stream().findFirst())
                .orElse(sameSequence.get(0));
    }

    private void next(CheckedRecord checked) {
        SealedRecord entry = checked.entry();
        long sequence = entry.seal().sequence();
        verified++;
        if (sequence > previousSequence + 1) {
            tellMissing(sequence - 1);
            isPreviousKnown = false;
        }
        boolean holds = follows(entry);
        settle(holds ? Optional.empty() : Optional.of(entry));
        boolean isContentWrong = checked.wrong().isPresent();
        checked.wrong().ifPresent(why -> tell(entry, why));
        if (!holds && !isContentWrong) {
            pending = entry;
        } else {
            isPreviousSuspect = isContentWrong;
        }
        if (!isContentWrong) {
            erasures.read(entry);
        }
        previousSequence = sequence;
        previousHash = entry.seal().chainHash();
        isPreviousKnown = true;
        checkAnchors(sequence, previousHash);
    }

    private void tellMissing(long upTo) {
        settle(Optional.empty());
        long missing = upTo - previousSequence;
        checkAnchors(upTo, new byte[0]);
        tell(
                previousSequence + 1,
                null,
                missing == 1 ? "it is missing" : "the " + missing + " entries up to " + upTo + " are missing");
    }

    // Entries that were detached although they come later in the chain: their hashes hold it together.
    private void passStrays(long before) {
        while (!strays.isEmpty() && strays.peek().sequence() < before) {
            BaseAnchor.Stray stray = strays.poll();
            if (stray.sequence() > previousSequence + 1) {
                tellMissing(stray.sequence() - 1);
            } else if (!Arrays.equals(
                    chain.chain(previousHash, stray.sequence(), stray.entryHash()), stray.chainHash())) {
                tell(stray.sequence(), null, "what was detached here does not follow the entry before");
            }
            settle(Optional.empty());
            isPreviousSuspect = false;
            previousSequence = stray.sequence();
            previousHash = stray.chainHash();
            checkAnchors(previousSequence, previousHash);
        }
        if (!strays.isEmpty() && strays.peek().sequence() == before) {
            // It is there all the same, and must fit like any other.
            strays.poll();
        }
    }

    // The entry whose link to the one before did not hold is told when the link after it is known: an entry
    // after it that does not hold of it says that it is the one that was changed.
    private void settle(Optional<SealedRecord> notHolding) {
        SealedRecord doubtful = pending;
        pending = null;
        if (doubtful == null) {
            return;
        }
        boolean isExplained = isPreviousSuspect;
        isPreviousSuspect = false;
        if (notHolding.isPresent() && !isDisplacedBefore(doubtful, notHolding.get())) {
            tell(doubtful, "it is not the entry that was sealed at this place");
            isPreviousSuspect = true;
        } else if (!isExplained) {
            tell(doubtful, "it does not follow the entry before: one of the two was changed");
        }
    }

    // Whether what belongs before an entry stands after it: two entries around it have changed places, and it is sound.
    private boolean isDisplacedBefore(SealedRecord entry, SealedRecord after) {
        Seal seal = entry.seal();
        return Arrays.equals(
                chain.chain(after.seal().chainHash(), seal.sequence(), seal.entryHash()), seal.chainHash());
    }

    private boolean follows(SealedRecord entry) {
        Seal seal = entry.seal();
        return !isPreviousKnown
                || Arrays.equals(chain.chain(previousHash, seal.sequence(), seal.entryHash()), seal.chainHash());
    }

    // --- head and anchors -------------------------------------------------------------------------------------------

    private void checkEnd(Optional<Head> head) {
        long anchored = anchors.isEmpty() ? 0 : anchors.getLast().sequence();
        long named = Math.max(anchored, head.map(Head::sequence).orElse(0L));
        if (named > previousSequence) {
            tell(previousSequence + 1, null, "the tail is cut off: the chain went to " + named);
        } else if (head.isEmpty()) {
            if (verified > 0) {
                tell(previousSequence, null, "the chain's head is missing");
            }
        } else if (named < previousSequence) {
            tell(named + 1, null, "the chain went to " + named + ": what follows was put there");
        } else if (verified > 0 && !Arrays.equals(head.get().hash(), previousHash)) {
            tell(named, null, "the head has another hash");
        }
    }

    // Anchors up to a place; an empty hash where the entry of that place is missing.
    private void checkAnchors(long sequence, byte[] hash) {
        while (!anchors.isEmpty() && anchors.peek().sequence() <= sequence) {
            Anchor anchor = anchors.poll();
            if (anchor.sequence() == sequence && hash.length > 0 && !Arrays.equals(anchor.hash(), hash)) {
                tell(sequence, null, "the chain up to here is not the one that was anchored");
            }
        }
    }

    private void checkSignature(Anchor anchor) {
        AnchorKey key = keys.get(anchor.keyId());
        if (keys.isEmpty() || (key != null && key.hasSigned(anchor.message(), anchor.signature()))) {
            return;
        }
        tell(
                anchor.sequence(),
                null,
                key == null
                        ? "its anchor is signed by the key " + anchor.keyId() + ", which is not trusted"
                        : "the signature of its anchor does not fit");
    }

    private void checkSignature(BaseAnchor base) {
        byte[] signature = base.signature();
        AnchorKey key = base.keyId() == null ? null : keys.get(base.keyId());
        if (keys.isEmpty() || (key != null && signature != null && key.hasSigned(base.message(), signature))) {
            return;
        }
        tell(
                base.sequence(),
                null,
                base.keyId() == null
                        ? "the chain begins after it, and nobody has signed that"
                        : key == null
                                ? "that the chain begins after it is signed by the key " + base.keyId()
                                        + ", which is not trusted"
                                : "the signature of the chain's beginning does not fit");
    }

    private void tell(SealedRecord entry, String why) {
        tell(entry.seal().sequence(), entry.record().id(), why);
    }

    private void tell(long sequence, @Nullable UUID id, String why) {
        findings++;
        if (broken.size() < FINDINGS_MAX) {
            broken.add(new Broken(tenant, sequence, id, why));
        }
    }
}
