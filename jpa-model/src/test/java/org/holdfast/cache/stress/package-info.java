/**
 * The stress checker's own part: what was done and seen, whether that may be, and which fault comes when. Pure; the runs are
 * made by {@code StressRun} of the package above.
 */
@NullMarked
package org.holdfast.cache.stress;

import org.jspecify.annotations.NullMarked;
