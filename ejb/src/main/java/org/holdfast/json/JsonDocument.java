package org.holdfast.json;

/** Any JSON value, as a text that is known to be JSON. */
public record JsonDocument(String text) {}
