/**
 * Short statements and transactions over JDBC, for what goes past the {@code ConnectionManager}: the schema's owner and the
 * control of the heads. It knows no table. A {@link org.holdfast.jdbc.Database} is thread-safe; a connection is its user's alone.
 */
@NullMarked
package org.holdfast.jdbc;

import org.jspecify.annotations.NullMarked;
