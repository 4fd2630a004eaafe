/**
 * The orchestrator's runs and their steps. Entities are confined to one transaction.
 */
@NullMarked
package org.holdfast.model.run;

import org.jspecify.annotations.NullMarked;
