/**
 * Tests that run inside the server, in the built EAR with test classes added to its web module. They see what no caller of
 * the API sees: which connection a transaction used, what a failed commit left behind.
 */
@NullMarked
package org.holdfast.it.container;

import org.jspecify.annotations.NullMarked;
