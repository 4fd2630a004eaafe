package org.holdfast.integrity;

/** What is not as it should be. */
public enum FindingKind {
    /** The writer has the row, the standby does not. */
    missing,
    /** The standby has a row that the writer does not have. */
    extra,
    /** Both have the row, with other values. */
    different,
    /** An index that PostgreSQL keeps up and does not use. */
    invalid_index,
    /** An index whose entries are not in their order: damaged, or made under another version of the collation. */
    damaged_index,
    /** A constraint that nobody has checked the older rows against. */
    unvalidated_constraint,
    /** A sequence that will give out values which its column has already. */
    sequence_behind,
    /** Something that could not be looked at. */
    not_checked;

    boolean isOfRow() {
        return switch (this) {
            case missing, extra, different -> true;
            case invalid_index, damaged_index, unvalidated_constraint, sequence_behind, not_checked -> false;
        };
    }
}
