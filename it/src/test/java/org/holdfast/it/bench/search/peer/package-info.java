/** LangChain4j's store of embeddings behind a resource: what an application has that keeps its memories with it. */
@NullMarked
package org.holdfast.it.bench.search.peer;

import org.jspecify.annotations.NullMarked;
