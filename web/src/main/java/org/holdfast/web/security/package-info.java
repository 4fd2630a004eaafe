/**
 * Log-in over HTTP. It turns requests into calls of {@code org.holdfast.security} and refusals into answers, and decides
 * nothing. Its resource belongs to one request.
 */
@NullMarked
package org.holdfast.web.security;

import org.jspecify.annotations.NullMarked;
