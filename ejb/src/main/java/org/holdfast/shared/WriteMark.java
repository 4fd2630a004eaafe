package org.holdfast.shared;

/**
 * Where a write ended.
 *
 * @param epoch of the databases' history, 1 or more
 * @param position in that epoch's log, unsigned
 */
public record WriteMark(long epoch, long position) {}
