package org.holdfast.integrity;

import java.util.Optional;

/**
 * A row that differed, looked at again until it is certain why. One round is: the standby has taken in all that the writer had
 * when it was last looked at; the standby is looked at; the writer is. Immutable.
 *
 * @param writer as the writer had it last; empty when it had none
 * @param standby as the standby had it before that; empty when it had none, or was not asked yet
 */
record Suspect(Optional<RowState> writer, Optional<RowState> standby) {
    /** What a round has shown. */
    enum Verdict {
        EQUAL,
        MISSING,
        EXTRA,
        DIFFERENT,
        /** It changed: another round is needed. */
        OPEN
    }

    /**
     * What is certain now.
     *
     * @param standbyNow as the standby had it after it had taken in what {@code writer} tells
     * @param writerNow as the writer had it after that
     */
    Verdict after(Optional<RowState> standbyNow, Optional<RowState> writerNow) {
        if (hasSameValues(standbyNow, writerNow) || hasSameValues(standbyNow, writer)) {
            return Verdict.EQUAL;
        }
        if (writer.isPresent()) {
            // The writer had this version before and after the standby was asked, so the standby should have it.
            boolean isUnchanged = writer.equals(writerNow);
            Verdict certain = standbyNow.isPresent() ? Verdict.DIFFERENT : Verdict.MISSING;
            return isUnchanged ? certain : Verdict.OPEN;
        }
        // That the writer had none twice proves nothing: it may have come and gone. But then the standby would have
        // lost this very version, because its end was written before the writer was asked.
        boolean hasStayed = writerNow.isEmpty() && standby.isPresent() && standby.equals(standbyNow);
        return hasStayed ? Verdict.EXTRA : Verdict.OPEN;
    }

    private static boolean hasSameValues(Optional<RowState> one, Optional<RowState> other) {
        return one.map(RowState::hash).equals(other.map(RowState::hash));
    }
}
