/** The coding alone. */
@NullMarked
package org.holdfast.cache.row;

import org.jspecify.annotations.NullMarked;
