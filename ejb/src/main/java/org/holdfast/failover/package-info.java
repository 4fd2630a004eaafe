/**
 * Who may write, and how that changes: the lease that the heads keep, the votes of the instances, the switch of the writer
 * and the return of an old one. The databases decide; this package asks them, and remembers one thing, this instance's own
 * promise. {@link org.holdfast.failover.FailoverTimer} and {@link org.holdfast.failover.HeartbeatTimer} are the only entry
 * points of their own accord.
 */
@NullMarked
package org.holdfast.failover;

import org.jspecify.annotations.NullMarked;
