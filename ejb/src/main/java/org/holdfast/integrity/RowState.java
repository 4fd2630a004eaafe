package org.holdfast.integrity;

/**
 * A row as one head had it at a moment.
 *
 * @param version of the transaction that wrote it there: the same row with the same version was not changed in between
 * @param hash of its values: the same on both heads when they are
 */
record RowState(String version, long hash) {}
