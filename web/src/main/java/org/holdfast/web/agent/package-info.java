/**
 * Agents, conversations and messages over HTTP. It checks requests and calls {@code org.holdfast.agent}. Its resources
 * belong to one request.
 */
@NullMarked
package org.holdfast.web.agent;

import org.jspecify.annotations.NullMarked;
