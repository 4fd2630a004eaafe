/**
 * Changes the schema of both clusters in a batch job: the failover cluster first, so that replication never meets a table
 * or column that is missing there, then the primary, then the publication. It must not know what the application does with
 * the schema. Instances exclude each other by an advisory lock on the primary.
 */
@NullMarked
package org.holdfast.migration;

import org.jspecify.annotations.NullMarked;
