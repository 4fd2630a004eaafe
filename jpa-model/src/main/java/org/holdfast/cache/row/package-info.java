/**
 * Rows and keys as bytes: a compact coding of the values that JDBC drivers hand out. Knows no entity and no server. Stateless
 * and thread-safe. Decided in docs/adr/0011-cache.md.
 */
@NullMarked
package org.holdfast.cache.row;

import org.jspecify.annotations.NullMarked;
