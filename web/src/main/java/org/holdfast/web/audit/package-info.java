/** The audit trail over HTTP: entries, verification, anchors, export, erasure. Requests are confined to their threads. */
@NullMarked
package org.holdfast.web.audit;

import org.jspecify.annotations.NullMarked;
