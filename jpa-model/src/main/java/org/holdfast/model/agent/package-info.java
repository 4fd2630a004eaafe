/**
 * Agents, their conversations and messages. Entities are confined to one transaction.
 */
@NullMarked
package org.holdfast.model.agent;

import org.jspecify.annotations.NullMarked;
