/**
 * What agents remember: text, its embedding and tags. Entities are confined to one transaction.
 */
@NullMarked
package org.holdfast.model.memory;

import org.jspecify.annotations.NullMarked;
