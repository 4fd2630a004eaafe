/**
 * The decisions of the cache: which version of a row may be kept, whether what is in Redis may be believed, what is still to
 * be told. Plain values and counters that are given the time; knows neither EclipseLink nor Redis nor a clock. Thread-safe,
 * each class as it says. Decided in docs/adr/0011-cache.md.
 */
@NullMarked
package org.holdfast.cache.guard;

import org.jspecify.annotations.NullMarked;
