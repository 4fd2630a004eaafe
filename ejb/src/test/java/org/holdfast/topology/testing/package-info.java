/** Topologies for tests. */
@NullMarked
package org.holdfast.topology.testing;

import org.jspecify.annotations.NullMarked;
