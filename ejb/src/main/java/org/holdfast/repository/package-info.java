/**
 * The entities of a session as its work sees them, and lists of them: first from the cache, then from the session's node. It
 * knows no feature, and chooses no node. A repository belongs to its session's thread. Decided in docs/adr/0011-cache.md.
 */
@NullMarked
package org.holdfast.repository;

import org.jspecify.annotations.NullMarked;
