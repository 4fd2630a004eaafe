/**
 * Tells when the wall clock was set back, so that what waits for a moment of it does not wait that much longer.
 */
@NullMarked
package org.holdfast.clock;

import org.jspecify.annotations.NullMarked;
