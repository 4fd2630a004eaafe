package org.holdfast.chain;

/**
 * The end of a chain as the trail itself names it.
 *
 * @param sequence of its newest entry; 0 when there is none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Head(long sequence, byte[] hash) {}
