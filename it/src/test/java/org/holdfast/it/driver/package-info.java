/** The pools' own driver against real servers, without an application in between. */
@NullMarked
package org.holdfast.it.driver;

import org.jspecify.annotations.NullMarked;
