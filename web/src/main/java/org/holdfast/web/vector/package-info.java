/** Operations on vector indexes over HTTP. Its resource belongs to one request. */
@NullMarked
package org.holdfast.web.vector;

import org.jspecify.annotations.NullMarked;
