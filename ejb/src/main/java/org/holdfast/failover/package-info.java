/**
 * What happens when the writer changes: among it the salvage of what a lost head had committed and the other cluster never
 * received. It decodes PostgreSQL's logical replication itself and knows no HTTP. Decoders belong to one thread; the rest is
 * thread-safe.
 */
@NullMarked
package org.holdfast.failover;

import org.jspecify.annotations.NullMarked;
