/**
 * Brings the schema of both clusters to what this version needs, and tells the rest of the application when it is there.
 * It knows no feature. Its events are immutable.
 */
@NullMarked
package org.holdfast.migration;

import org.jspecify.annotations.NullMarked;
