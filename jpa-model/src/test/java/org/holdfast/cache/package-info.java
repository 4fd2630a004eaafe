/** The cache against real servers, and its parts alone. */
@NullMarked
package org.holdfast.cache;

import org.jspecify.annotations.NullMarked;
