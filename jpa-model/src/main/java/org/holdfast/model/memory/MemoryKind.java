package org.holdfast.model.memory;

/** What sort of thing is remembered. */
public enum MemoryKind {
    /** A turn of a conversation. */
    CONVERSATION,
    /** What somebody prefers. */
    PREFERENCE,
    /** Standing facts about somebody or something. */
    CONTEXT
}
