/**
 * Memories over HTTP. It checks requests and calls {@code org.holdfast.memory}; a batch is read line by line from a
 * temporary file, never as a whole. Its resources belong to one request.
 */
@NullMarked
package org.holdfast.web.memory;

import org.jspecify.annotations.NullMarked;
