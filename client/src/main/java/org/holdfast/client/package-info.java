/**
 * Holdfast for agents that are built on LangChain4j, over its REST API. It knows no other module: it is a plain jar of an
 * application of somebody else. Everything in it is thread-safe. See decision record 0019.
 */
@NullMarked
package org.holdfast.client;

import org.jspecify.annotations.NullMarked;
