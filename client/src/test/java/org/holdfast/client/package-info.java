@NullMarked
package org.holdfast.client;

import org.jspecify.annotations.NullMarked;
