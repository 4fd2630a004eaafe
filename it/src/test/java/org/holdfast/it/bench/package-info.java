/** Benchmarks against running servers; not tests, and no test runs them. One thread each. */
@NullMarked
package org.holdfast.it.bench;

import org.jspecify.annotations.NullMarked;
