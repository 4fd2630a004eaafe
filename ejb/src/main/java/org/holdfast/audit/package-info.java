/**
 * The audit trail: entries of what is no change of a row, the job that seals all entries into chains, signed anchors, the
 * verification, and what people ask. Entries of changed rows are written by triggers of the schema, which know the caller from
 * the session's settings; nothing here is asked for them. Sealing and verifying use the owner's connections, because the
 * application's role may write entries and seal none. See docs/adr/0015-audit.md.
 */
@NullMarked
package org.holdfast.audit;

import org.jspecify.annotations.NullMarked;
