/**
 * The HTTP contract, seen from outside: every request goes over the wire to a {@link org.holdfast.it.RunningSystem}, on
 * Payara Server and on Micro. It must know nothing of the application but its documented calls; only what a caller cannot
 * do, such as making a second tenant or killing a node, goes through the topology. Tests share the system and no data:
 * each makes its own agents. Everything here belongs to one test thread.
 */
@NullMarked
package org.holdfast.it.api;

import org.jspecify.annotations.NullMarked;
