package org.holdfast.memory;

/** The order of a list; the names are those of the API. Turns count by their place in their conversation. */
public enum MemoryOrder {
    oldest,
    newest
}
