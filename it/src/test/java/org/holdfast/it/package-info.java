/** The running system that the tests of this module share: real servers, started once a JVM and stopped with it. */
@NullMarked
package org.holdfast.it;

import org.jspecify.annotations.NullMarked;
