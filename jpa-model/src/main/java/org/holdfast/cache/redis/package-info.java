/**
 * What is asked of Redis, and how: four scripts, one key each, and one topic. Every answer is a future; whoever waits for it
 * brings the deadline. Knows no entity. Thread-safe. Decided in docs/adr/0011-cache.md.
 */
@NullMarked
package org.holdfast.cache.redis;

import org.jspecify.annotations.NullMarked;
