/**
 * What happened to the topology lately, and how its nodes were over time, for people. It only listens: nothing is decided here.
 */
@NullMarked
package org.holdfast.monitor;

import org.jspecify.annotations.NullMarked;
