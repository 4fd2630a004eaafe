/**
 * The one door to the databases. {@link org.holdfast.connection.ConnectionManager} takes what the caller wants (access
 * intent, consistency, durability), chooses one node for the whole transaction from one topology snapshot, and says
 * afterwards where the work ran and how to read it back. It must not know how health is measured. Everything exported is
 * thread-safe or immutable; a session belongs to one thread.
 */
@NullMarked
package org.holdfast.connection;

import org.jspecify.annotations.NullMarked;
