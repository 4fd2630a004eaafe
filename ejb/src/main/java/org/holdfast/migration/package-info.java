/**
 * <<<<<<< HEAD
 * Changes the schema of both clusters in a batch job: the failover cluster first, so that replication never meets a table
 * or column that is missing there, then the primary, then the publication. It must not know what the application does with
 * the schema. Instances exclude each other by an advisory lock on the primary.
 * =======
 * Brings the schema of both clusters to what this version needs, and tells the rest of the application when it is there.
 * It knows no feature. Its events are immutable.
 * >>>>>>> api
 */
@NullMarked
package org.holdfast.migration;

import org.jspecify.annotations.NullMarked;
