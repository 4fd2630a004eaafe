package org.holdfast.shared;

/** One of the two places with a Redis of its own, one a cloud. The names are part of keys. */
enum Site {
    a,
    b;

    Site other() {
        return this == a ? b : a;
    }
}
