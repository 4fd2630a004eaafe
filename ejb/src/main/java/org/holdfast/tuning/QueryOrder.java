package org.holdfast.tuning;

/** Which statements come first: those that take the most time together, or for each call. */
public enum QueryOrder {
    total,
    mean
}
