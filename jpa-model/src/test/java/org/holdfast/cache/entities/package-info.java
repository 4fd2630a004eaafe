/** One entity for each kind of mapping. Fields are public: these are examples, not a model. */
@NullMarked
package org.holdfast.cache.entities;

import org.jspecify.annotations.NullMarked;
