/** Migrations over HTTP. Its resource belongs to one request. */
@NullMarked
package org.holdfast.web.migration;

import org.jspecify.annotations.NullMarked;
