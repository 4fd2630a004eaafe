/**
 * The tenant: the owner of every business row. Entities are confined to one transaction.
 */
@NullMarked
package org.holdfast.model.tenant;

import org.jspecify.annotations.NullMarked;
