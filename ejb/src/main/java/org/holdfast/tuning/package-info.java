/** What the databases spend their time on, how they go about it, and which indexes they use or lack: for people, who decide. */
@NullMarked
package org.holdfast.tuning;

import org.jspecify.annotations.NullMarked;
