/**
 * What the audit trail can prove: hashes of entries, the chain over them, signed anchors, and the verifier that finds what was
 * tampered with. Knows neither databases nor JSON, so that the sealer, the server's verifier and the one without a server are
 * the same code. Nothing here is shared between threads. See docs/adr/0015-audit.md.
 */
@NullMarked
package org.holdfast.chain;

import org.jspecify.annotations.NullMarked;
