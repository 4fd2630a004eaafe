package org.holdfast.migration;

/** What a version does, which decides the order of the clusters. The names are the API's and those of the files' headers. */
public enum MigrationKind {
    /** Adds what the old application ignores: the standby first, so that nothing replicated is missing there. */
    expand,
    /** Takes away what nobody uses any more, or allows less: the writer first, so that nothing it sends is refused. */
    contract,
    /** Changes rows: on the writer alone, the rest is replication's. */
    data;

    boolean isStandbyFirst() {
        return this == expand;
    }
}
