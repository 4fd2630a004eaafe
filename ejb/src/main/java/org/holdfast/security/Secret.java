package org.holdfast.security;

/** A text that must not appear in a log or an answer. */
record Secret(String value) {
    @Override
    public String toString() {
        return "(hidden)";
    }
}
