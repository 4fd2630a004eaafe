/**
 * What every entity has in common: a UUIDv7 key that the application makes, a version, and equality by key. Knows nothing
 * of where rows are stored. Entities are confined to the transaction that loaded them.
 */
@NullMarked
package org.holdfast.model;

import org.jspecify.annotations.NullMarked;
