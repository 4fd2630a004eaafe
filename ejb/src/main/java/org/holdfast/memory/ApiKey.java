package org.holdfast.memory;

/** What an endpoint knows its caller by; it must not appear in a log or an answer. */
record ApiKey(String value) {
    @Override
    public String toString() {
        return "(hidden)";
    }

    /** The text without this key, in case that somebody echoes it. */
    String removedFrom(String text) {
        return text.replace(value, toString());
    }
}
