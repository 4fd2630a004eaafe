/**
 * What all instances know together: the newest write of each caller, how often something was done lately, who calls how much.
 * It lies in this site's Redis and is copied to the other site's; every value merges by taking the greater, so that copying
 * twice, late or in any order does no harm. Knows no database and no HTTP. Redis fails nobody: without it this process goes by
 * what it knows itself. Everything exported is thread-safe. Decided in docs/adr/0013-shared-state.md.
 */
@NullMarked
package org.holdfast.shared;

import org.jspecify.annotations.NullMarked;
