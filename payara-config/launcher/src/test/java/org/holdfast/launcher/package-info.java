/** Tests of the launcher's plain pieces: no process, no server. The topology itself is tested by whoever uses it. */
@NullMarked
package org.holdfast.launcher;

import org.jspecify.annotations.NullMarked;
