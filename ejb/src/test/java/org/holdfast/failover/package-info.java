/**
 * A model of the lease protocol and its exhaustive exploration. Values and plain code: no clock, no thread, no database.
 *
 * <p>The decision is docs/adr/0009-lease-and-epoch.md.
 */
@NullMarked
package org.holdfast.failover;

import org.jspecify.annotations.NullMarked;
