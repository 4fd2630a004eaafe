/** An application that has nothing to do with Holdfast but its cache: one entity, one resource. */
@NullMarked
package org.holdfast.it.container.shop;

import org.jspecify.annotations.NullMarked;
