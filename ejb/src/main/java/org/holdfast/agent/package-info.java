/**
 * Agents, their conversations and messages. Every method runs one session of the connection manager for the current
 * request's tenant; what belongs to another tenant is not there. It knows no HTTP. Thread-safe.
 */
@NullMarked
package org.holdfast.agent;

import org.jspecify.annotations.NullMarked;
