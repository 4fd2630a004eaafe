/** The rules of the code's structure, checked on bytecode. */
@NullMarked
package org.holdfast.it.architecture;

import org.jspecify.annotations.NullMarked;
