/**
 * JSON that passes through unread, from a caller to a column and back. It knows no JSON library. Immutable.
 */
@NullMarked
package org.holdfast.json;

import org.jspecify.annotations.NullMarked;
