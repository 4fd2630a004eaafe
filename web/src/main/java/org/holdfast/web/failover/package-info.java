/**
 * Over HTTP, what a change of the writer left behind. It calls {@code org.holdfast.failover}. Its resources belong to one
 * request.
 */
@NullMarked
package org.holdfast.web.failover;

import org.jspecify.annotations.NullMarked;
