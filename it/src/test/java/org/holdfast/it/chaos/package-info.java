/**
 * Faults under load, and whether every promise was kept: clients record what they did and what they were told, a nemesis
 * hurts nodes and connections as its seed says, and a pure checker looks for what must not be. Nothing here knows the
 * application but by its documented calls and the topology by its launcher. {@link org.holdfast.it.chaos.Operation} and
 * everything that judges it are immutable and free of threads; only clients, nemesis and proxies have threads of their own.
 * Behind {@code ./holdfast chaos} and {@code ./holdfast bench failover}; docs/testing.md says how to repeat a seed.
 */
@NullMarked
package org.holdfast.it.chaos;

import org.jspecify.annotations.NullMarked;
