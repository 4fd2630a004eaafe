/** The executions of batch jobs on this instance, for people. It starts none. Thread-safe. */
@NullMarked
package org.holdfast.job;

import org.jspecify.annotations.NullMarked;
