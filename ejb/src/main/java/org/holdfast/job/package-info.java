/** The executions of batch jobs on this instance, for people: seen, stopped and started again. It begins none. Thread-safe. */
@NullMarked
package org.holdfast.job;

import org.jspecify.annotations.NullMarked;
