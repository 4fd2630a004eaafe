/**
 * Whether both clusters have the same rows, and whether indexes, constraints and sequences are sound: the job {@code integrity},
 * its report, and its repairs of the standby. It reads the heads as the schema's owner, past the {@code ConnectionManager}, and
 * never changes a business row of the writer. What is decided ({@link org.holdfast.integrity.Suspect},
 * {@link org.holdfast.integrity.ChunkSize}) is plain; the job's own thread does the rest. See docs/integrity.md.
 */
@NullMarked
package org.holdfast.integrity;

import org.jspecify.annotations.NullMarked;
