package org.holdfast.cache.row;

/** A value of a type that cannot be kept; rows of that entity are not cached. */
public final class UncodableValueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UncodableValueException(String what) {
        super(what);
    }
}
