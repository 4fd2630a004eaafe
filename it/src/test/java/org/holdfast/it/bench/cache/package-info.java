/** What the second-level cache costs and gains beside its peers, by JMH; not tests, and no test runs them. */
@NullMarked
package org.holdfast.it.bench.cache;

import org.jspecify.annotations.NullMarked;
