/**
 * Changes schema and rows of both clusters in a batch job, version by version, in the order that keeps replication going; looks
 * through every version before anything runs; takes versions back. It must not know what the application does with the schema.
 * What decides (files, statements, lint, plan) asks no database and is plain; runners of several instances exclude each other
 * by an advisory lock on the writer. See docs/adr/0014-own-migration-runner.md.
 */
@NullMarked
package org.holdfast.migration;

import org.jspecify.annotations.NullMarked;
