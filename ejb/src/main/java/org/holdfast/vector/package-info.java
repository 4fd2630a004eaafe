/**
 * The vector indexes of memories, on both clusters: what they are and how they fare, the job {@code vector-index} that makes them
 * anew, and their recall. It reaches the heads as the schema's owner, past the {@code ConnectionManager}, and knows nothing of the
 * search itself. What is decided ({@link org.holdfast.vector.IndexHealth}, {@link org.holdfast.vector.IndexPlan}) is plain; the
 * job's own thread does the rest. See docs/indexes.md.
 */
@NullMarked
package org.holdfast.vector;

import org.jspecify.annotations.NullMarked;
