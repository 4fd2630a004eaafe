package org.holdfast.failover;

import org.jspecify.annotations.Nullable;

/** A value in PostgreSQL's text format; null is SQL's null. */
record SalvagedValue(SalvagedColumn column, @Nullable String text) {}
