/**
 * People and programs that log in, with their roles, preferences and login sessions. Entities are confined to one
 * transaction.
 */
@NullMarked
package org.holdfast.model.user;

import org.jspecify.annotations.NullMarked;
