/**
 * The local topology of Holdfast as ordinary processes of one machine, and the command line behind {@code ./holdfast}.
 *
 * <p>{@link org.holdfast.launcher.LocalTopology} is the one implementation: the command line and the integration tests
 * both use it. Nothing here runs in production, where the same application gets its nodes from configuration. A node's
 * processes are recognised by their working directory, so no file can name a wrong or recycled process id. Objects are
 * confined to one thread unless their own documentation says otherwise.
 */
@NullMarked
package org.holdfast.launcher;

import org.jspecify.annotations.NullMarked;
