/** Comparisons of the clusters over HTTP. Its resource belongs to one request. */
@NullMarked
package org.holdfast.web.integrity;

import org.jspecify.annotations.NullMarked;
