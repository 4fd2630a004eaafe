/**
 * Writes that their callers may send again under the same key: done once, answered twice. It keeps the result of the work in
 * the work's own transaction, and knows neither HTTP nor what the work is. What it remembers of a request belongs to that
 * request's thread. Decision: docs/adr/0010-idempotency-keys.md.
 */
@NullMarked
package org.holdfast.idempotency;

import org.jspecify.annotations.NullMarked;
