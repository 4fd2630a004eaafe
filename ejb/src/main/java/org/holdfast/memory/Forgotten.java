package org.holdfast.memory;

/**
 * What a removal by filter has removed.
 *
 * @param more whether there are more that match: ask again
 */
public record Forgotten(int deleted, boolean more) {}
