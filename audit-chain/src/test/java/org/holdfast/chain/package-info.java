/** Tests of the proofs: whole chains in memory, and every way to tamper with them. */
@NullMarked
package org.holdfast.chain;

import org.jspecify.annotations.NullMarked;
