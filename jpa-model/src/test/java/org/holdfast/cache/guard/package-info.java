/** The decisions alone, with time as an argument. */
@NullMarked
package org.holdfast.cache.guard;

import org.jspecify.annotations.NullMarked;
