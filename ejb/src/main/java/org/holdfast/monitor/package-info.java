/**
 * What happened to the topology lately, for people. It only listens: nothing is decided here. Thread-safe.
 */
@NullMarked
package org.holdfast.monitor;

import org.jspecify.annotations.NullMarked;
