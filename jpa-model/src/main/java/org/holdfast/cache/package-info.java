/**
 * A second-level cache for EclipseLink: its shared cache stays the near cache, rows guarded by their version lie behind it in
 * Redis, and tombstones say what is no longer true. What it needs to know of the application comes through
 * {@link org.holdfast.cache.CacheContext}; it knows nothing else of Holdfast. Everything shared is thread-safe. Decided in
 * docs/adr/0011-cache.md.
 */
@NullMarked
package org.holdfast.cache;

import org.jspecify.annotations.NullMarked;
