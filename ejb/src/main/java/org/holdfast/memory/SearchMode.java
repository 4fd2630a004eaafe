package org.holdfast.memory;

/** How to search. The names are those of the API. */
public enum SearchMode {
    /** By words and by meaning, fused. */
    hybrid,
    /** By meaning. */
    vector,
    /** By words. */
    text
}
