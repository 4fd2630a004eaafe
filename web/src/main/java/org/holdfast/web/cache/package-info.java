/** The second-level cache over HTTP. Its resources belong to one request. */
@NullMarked
package org.holdfast.web.cache;

import org.jspecify.annotations.NullMarked;
