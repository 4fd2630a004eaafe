/**
 * {@code ./holdfast bench growth}: how one tenant's memories grow. {@code ./holdfast bench search}: memory search beside LangChain4j's own store on the same server and database: whether it keeps
 * tenants apart and answers in full, what its index finds, and how many requests it answers. Not tests, and no test runs them. See
 * docs/benchmarks.md.
 */
@NullMarked
package org.holdfast.it.bench.search;

import org.jspecify.annotations.NullMarked;
