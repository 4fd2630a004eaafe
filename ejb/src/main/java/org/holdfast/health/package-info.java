/**
 * Asks every node how it is and publishes what it learned as the current topology. A probe has its own deadline, and no
 * request ever waits for one. It must not know how work is routed. {@link org.holdfast.health.HealthTracker} is guarded by
 * its own lock; everything else is immutable or a shell around it.
 */
@NullMarked
package org.holdfast.health;

import org.jspecify.annotations.NullMarked;
