/** How much a tenant calls, over HTTP. Its resource belongs to one request. */
@NullMarked
package org.holdfast.web.usage;

import org.jspecify.annotations.NullMarked;
